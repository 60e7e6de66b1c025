using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Index;
using PyWharf.Infrastructure.Backends.GitHub.Releases;
using PyWharf.Infrastructure.Catalog;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>Keeps the records of projects in the catalog in step with those on GitHub, and removes the files that a record says are deleted.</summary>
/// <param name="remote">The records on GitHub.</param>
/// <param name="index">The branch that has them.</param>
/// <param name="removal">Removes files from GitHub.</param>
/// <param name="catalog">What the server offers.</param>
/// <param name="adminSecret">The server's own token; null where it has none.</param>
internal sealed class ProjectRecords(
    RemoteRecords remote, RemoteIndex index, ReleaseRemoval removal, IIndexCatalog catalog, Secret? adminSecret) : IDisposable
{
    /// <inheritdoc cref="RemoteRecords.AreKnown"/>
    public bool AreKnown => remote.AreKnown;

    /// <summary>Why nothing can be published to a project now: its record can't be read. Null when it can.</summary>
    /// <param name="project">The project.</param>
    /// <param name="what">What is not done now, for the message.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<Failure?> FindProblemAsync(ProjectName project, string what, CancellationToken cancellationToken) => remote.ProblemOf(project) is { } problem
        ? (await catalog.GetRecordAsync(project, cancellationToken)).UnreadableOf(project) ?? GitHubFailure.Of(problem, what)
        : null;

    /// <summary>
    /// Fetches records that changed since the last sync; null when that succeeded. The admin secret comes first: GitHub answers its conditional requests
    /// with 304, which does not count against the rate limit. The caller's token is the fallback.
    /// </summary>
    public async Task<Failure?> RefreshAsync(Secret caller, CancellationToken cancellationToken)
    {
        Failure? failure = null;
        foreach (var token in adminSecret is { } admin ? (Secret[])[admin, caller] : [caller])
        {
            failure = (await index.FindAsync(token, cancellationToken)).Failure ?? await SyncAsync(token, cancellationToken);
            if (failure is null)
            {
                break;
            }
        }

        return failure;
    }

    /// <summary>Brings the records of the last seen version of the branch into the catalog; null when that succeeded.</summary>
    public async Task<Failure?> SyncAsync(Secret token, CancellationToken cancellationToken)
    {
        try
        {
            await remote.SyncAsync(token, index.RecordsFolder, cancellationToken);

            return null;
        }
        catch (GitHubException exception)
        {
            return GitHubFailure.Of(exception, "it is not known what was decided about projects");
        }
    }

    /// <summary>Changes a record, and removes the files that it now says are deleted. May be repeated after any failure.</summary>
    public async Task<Outcome<ProjectRecord>> ChangeAsync(
        Secret token,
        ProjectName project,
        Func<ProjectRecord, Outcome<ProjectRecord>> change,
        Func<Task<Failure?>> beforeCommit,
        CancellationToken cancellationToken)
    {
        var isCommitted = false;
        try
        {
            var record = await remote.ChangeAsync(token, project, change, CommitOnceAsync, cancellationToken);
            if (record.Failure is not null)
            {
                return record;
            }

            // An interrupted deletion has left files, although the record says that they are deleted.
            var deleted = (await catalog.FindAllAsync(record.Value.Deleted.Keys, cancellationToken)).Select(file => file.File).ToList();
            if (deleted.Count > 0 && await CommitOnceAsync() is { } failure)
            {
                return failure;
            }

            await RemoveAsync(token, deleted, cancellationToken);

            return record;
        }
        catch (GitHubException exception)
        {
            return GitHubFailure.Of(exception, $"nothing is certain about {project}; repeat this");
        }

        async Task<Failure?> CommitOnceAsync()
        {
            var failure = isCommitted ? null : await beforeCommit();
            isCommitted = failure is null;

            return failure;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => remote.Dispose();

    private async Task RemoveAsync(Secret token, IEnumerable<PackageFile> deleted, CancellationToken cancellationToken)
    {
        foreach (var file in deleted)
        {
            var filename = file.Filename.ToString();
            await removal.RemoveAsync(token, filename, new Uri(file.Location), cancellationToken);
            await catalog.ChangeAsync(new CatalogChange { Removed = [filename] }, cancellationToken: CancellationToken.None);
        }
    }
}
