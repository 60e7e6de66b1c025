using System.Collections.Concurrent;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Index;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>
/// The records of projects (yanked, deleted …) on GitHub: a file for each, <c>.pywharf/PROJECT.toml</c> on the branch of the index. The original program
/// ignores them.
/// </summary>
internal sealed class RemoteRecords(GitHubConfig config, GitHubApi api, IIndexCatalog catalog, WriteQueue writes, TimeProvider time) : IDisposable
{
    /// <summary>The folder's name on the branch.</summary>
    public const string Folder = ".pywharf";

    private const string Extension = ".toml";

    private const int Tries = 6;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // For this long after a change made here, GitHub or a sync in progress may still show the old record.
    private static readonly TimeSpan ReadLag = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly ConcurrentDictionary<ProjectName, GitHubException> _unread = new();
    private readonly ConcurrentDictionary<ProjectName, DateTimeOffset> _decided = new();

    // An immutable object that is replaced as a whole: the version of the folder that the catalog has. Null before the first sync.
    private volatile Applied? _applied;

    // The generation of the catalog that has the records; none before they were read.
    private long _basis = -1;

    /// <summary>Whether the catalog has the records, as far as they can be read.</summary>
    public bool AreKnown => _basis == catalog.Generation;

    /// <summary>Why the record of a project could not be read; null where it could, or there is none.</summary>
    public GitHubException? ProblemOf(ProjectName project) => _unread.GetValueOrDefault(project);

    /// <summary>The project whose record is at a path on the branch; null for any other file.</summary>
    public static ProjectName? ProjectAt(string path) =>
        path.StartsWith(Folder + "/", StringComparison.Ordinal)
        && path.EndsWith(Extension, StringComparison.Ordinal)
        && ProjectName.TryParse(path[(Folder.Length + 1)..^Extension.Length], out var project)
            ? project
            : null;

    /// <summary>Brings changed records into the catalog. Sends no request when the folder is unchanged.</summary>
    /// <param name="token">A token that may read.</param>
    /// <param name="folder">The folder's digest; null where there is none.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <exception cref="GitHubException">
    /// Some records could not be read. The others are applied; one that could not be fetched keeps its last known state, and one that is invalid is
    /// <see cref="ProjectRecord.Unreadable"/>.
    /// </exception>
    public async Task SyncAsync(Secret token, string? folder, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await SyncOnceAsync(token, folder, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task SyncOnceAsync(Secret token, string? folder, CancellationToken cancellationToken)
    {
        var basis = catalog.Generation;
        if (_applied is { } applied && applied.Folder == folder && AreKnown)
        {
            return;
        }

        var listed = folder is null ? null : await api.GetTreeAsync(token, folder, recursive: false, cancellationToken);
        if (listed?.Truncated == true)
        {
            throw TooMany();
        }

        foreach (var old in _decided.Where(decision => time.GetUtcNow() - decision.Value >= ReadLag))
        {
            _decided.TryRemove(old);
        }

        var seen = new HashSet<ProjectName>();
        var gone = (await catalog.GetRecordsAsync(cancellationToken)).Where(record => !record.Value.IsEmpty).ToDictionary();
        foreach (var entry in listed?.Tree ?? [])
        {
            if (entry.Type != "blob" || ProjectAt($"{Folder}/{entry.Path}") is not { } project)
            {
                continue;
            }

            seen.Add(project);
            gone.Remove(project, out var known);
            try
            {
                if (!_decided.ContainsKey(project) && (known is not { IsReadable: true } || GitBlob.ShaOf(RecordFile.Write(known)) != entry.Sha))
                {
                    var (record, problem) = await ReadAsync(token, project, entry.Sha, cancellationToken);
                    await ApplyAsync(project, record, cancellationToken);
                    if (problem is not null)
                    {
                        _unread[project] = Broken(project, problem);
                        continue;
                    }
                }

                _unread.TryRemove(project, out _);
            }
            catch (GitHubException exception) when (exception.Kind is GitHubErrorKind.Unavailable or GitHubErrorKind.NotFound)
            {
                // This project accepts no files until somebody repairs its record; the others go on. Without a known record nothing of it may be offered.
                _unread[project] = exception;
                if (known is null)
                {
                    await ApplyAsync(project, ProjectRecord.Unreadable, cancellationToken);
                }
            }
        }

        foreach (var project in gone.Keys.Where(project => !_decided.ContainsKey(project)))
        {
            await ApplyAsync(project, ProjectRecord.Empty, cancellationToken);
        }

        foreach (var project in _unread.Keys.Where(project => !seen.Contains(project)))
        {
            _unread.TryRemove(project, out _);
        }

        _basis = basis;
        if (!_unread.IsEmpty)
        {
            throw _unread.First().Value;
        }

        if (_decided.IsEmpty)
        {
            _applied = new Applied(folder);
        }
    }

    /// <summary>
    /// Changes a record, with optimistic concurrency: each of several concurrent changes sees the one before. <paramref name="beforeCommit"/> is called before
    /// each attempt to replace it, and its failure is returned.
    /// </summary>
    /// <exception cref="GitHubException">It was not changed, as far as is known.</exception>
    public async Task<Outcome<ProjectRecord>> ChangeAsync(
        Secret token,
        ProjectName project,
        Func<ProjectRecord, Outcome<ProjectRecord>> change,
        Func<Task<Failure?>> beforeCommit,
        CancellationToken cancellationToken)
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
                    if (await beforeCommit() is { } failure)
                    {
                        return failure;
                    }

                    await writes.WriteAsync(
                        () => api.PutFileAsync(
                            token, config.Branch, $"{Folder}/{project}{Extension}", RecordFile.Write(after.Value), sha, $"Decide about {project}", cancellationToken),
                        cancellationToken);
                }

                await ApplyOwnAsync(project, after.Value, cancellationToken);

                return after;
            }
            catch (GitHubException exception) when (tries < Tries && exception.Kind is GitHubErrorKind.Conflict or GitHubErrorKind.Unavailable)
            {
                // A concurrent change, or an unknown outcome: start again from the current record.
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
            return root?.Truncated == true || folder?.Truncated == true ? throw TooMany() : (null, ProjectRecord.Empty);
        }

        var (record, problem) = await ReadAsync(token, project, entry.Sha, cancellationToken);

        return problem is null ? (entry.Sha, record) : throw Broken(project, problem);
    }

    // An unreadable record is not taken for an empty one, which would offer deleted files.
    private async Task<(ProjectRecord Record, string? Problem)> ReadAsync(Secret token, ProjectName project, string sha, CancellationToken cancellationToken)
    {
        var content = await api.GetBlobAsync(token, sha, cancellationToken);

        return RecordFile.TryRead(content, $"{Folder}/{project}{Extension}", out var record, out var problem)
            ? (record, null)
            : (ProjectRecord.Unreadable, problem);
    }

    private static GitHubException Broken(ProjectName project, string problem) =>
        new(GitHubErrorKind.Unavailable, $"what was decided about {project} can't be read: {problem}");

    private GitHubException TooMany() =>
        new(GitHubErrorKind.Invalid, $"GitHub does not list all files of the branch {config.Branch}, so what was decided about projects can't be read");

    private async Task ApplyOwnAsync(ProjectName project, ProjectRecord record, CancellationToken cancellationToken)
    {
        // Waits for a sync in progress, which may have read the old record.
        await _gate.WaitAsync(cancellationToken);
        try
        {
            _decided[project] = time.GetUtcNow();
            await ApplyAsync(project, record, CancellationToken.None);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task ApplyAsync(ProjectName project, ProjectRecord record, CancellationToken cancellationToken)
    {
        if (!(await catalog.GetRecordAsync(project, cancellationToken)).Equals(record))
        {
            await catalog.ChangeAsync(new CatalogChange { ChangedRecord = (project, record) }, cancellationToken: cancellationToken);
        }
    }

    /// <param name="Folder">Its digest; null for none.</param>
    private sealed record Applied(string? Folder);
}
