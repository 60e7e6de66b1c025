using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Index;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>
/// What was decided about projects: a file for each, <c>.pywharf/PROJECT.toml</c> on the branch of the index. The original program looks at the index
/// file alone.
/// </summary>
internal sealed class RemoteRecords(GitHubConfig config, GitHubApi api, IndexCatalog catalog, WriteQueue writes, TimeProvider time)
{
    /// <summary>The folder's name on the branch.</summary>
    public const string Folder = ".pywharf";

    private const string Extension = ".toml";
    private const int Tries = 6;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // One immutable object that is replaced as a whole: the folder that the catalog agrees with. Null before the first look.
    private volatile Applied? _applied;

    /// <summary>Whether the records were read since the start.</summary>
    public bool AreKnown => _applied is not null;

    /// <summary>Brings records that changed into the catalog. Asks GitHub nothing where the folder is the one of the last time.</summary>
    /// <param name="token">Who may read.</param>
    /// <param name="folder">The folder's digest; null where there is none.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <exception cref="GitHubException">Not all could be read; those that were, count.</exception>
    public async Task SyncAsync(Secret token, string? folder, CancellationToken cancellationToken)
    {
        if (_applied is { } applied && applied.Folder == folder)
        {
            return;
        }

        var listed = folder is null ? null : await api.GetTreeAsync(token, folder, recursive: false, cancellationToken);
        var gone = catalog.Records().Where(record => !record.Value.IsEmpty).ToDictionary();
        foreach (var entry in listed?.Tree ?? [])
        {
            if (entry.Type != "blob" || !entry.Path.EndsWith(Extension, StringComparison.Ordinal) || !ProjectName.TryParse(entry.Path[..^Extension.Length], out var project))
            {
                continue;
            }

            gone.Remove(project, out var known);
            if (known is null || GitBlob.ShaOf(RecordFile.Write(known)) != entry.Sha)
            {
                Apply(project, Parse(project, await api.GetBlobAsync(token, entry.Sha, cancellationToken)));
            }
        }

        foreach (var project in gone.Keys)
        {
            Apply(project, ProjectRecord.Empty);
        }

        _applied = new Applied(folder);
    }

    /// <summary>Changes a record; of several that change it at once each sees the one before.</summary>
    /// <exception cref="GitHubException">It was not changed, as far as is known.</exception>
    public async Task<Outcome<ProjectRecord>> ChangeAsync(
        Secret token, ProjectName project, Func<ProjectRecord, Outcome<ProjectRecord>> change, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var (sha, before) = await ReadAsync(token, project, cancellationToken);
            var after = change(before);
            if (after.Failure is not null)
            {
                return after;
            }

            try
            {
                if (!after.Value.Equals(before))
                {
                    await writes.WriteAsync(
                        () => api.PutFileAsync(
                            token, config.Branch, $"{Folder}/{project}{Extension}", RecordFile.Write(after.Value), sha, $"Decide about {project}", cancellationToken),
                        cancellationToken);
                }

                Apply(project, after.Value);

                return after;
            }
            catch (GitHubException exception) when (tries < Tries && exception.Trouble is Trouble.Conflict or Trouble.Unreachable)
            {
                // Somebody was faster, or it may have been done: what is there now decides.
                await Task.Delay(Pause * tries, time, cancellationToken);
            }
        }
    }

    private async Task<(string? Sha, ProjectRecord Record)> ReadAsync(Secret token, ProjectName project, CancellationToken cancellationToken)
    {
        var root = await api.GetTreeAsync(token, config.Branch, recursive: false, cancellationToken);
        var folder = root?.Find(Folder) is { } found ? await api.GetTreeAsync(token, found.Sha, recursive: false, cancellationToken) : null;
        if (folder?.Find($"{project}{Extension}") is not { } entry)
        {
            return (null, ProjectRecord.Empty);
        }

        return (entry.Sha, Parse(project, await api.GetBlobAsync(token, entry.Sha, cancellationToken)));
    }

    private void Apply(ProjectName project, ProjectRecord record)
    {
        if (!catalog.RecordOf(project).Equals(record))
        {
            catalog.Change(new CatalogChange { Decided = (project, record) });
        }
    }

    // What can't be read is not taken for nothing: it could offer what is deleted.
    private static ProjectRecord Parse(ProjectName project, byte[] content) =>
        RecordFile.TryRead(content, $"{Folder}/{project}{Extension}", out var record, out var problem)
            ? record
            : throw new GitHubException(Trouble.Unreachable, $"what was decided about {project} can't be read: {problem}");

    /// <param name="Folder">Its digest; null for none.</param>
    private sealed record Applied(string? Folder);
}
