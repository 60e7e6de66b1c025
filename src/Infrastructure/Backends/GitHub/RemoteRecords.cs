using System.Collections.Concurrent;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Index;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>
/// What was decided about projects: a file for each, <c>.pywharf/PROJECT.toml</c> on the branch of the index. The original program looks at the index
/// file alone.
/// </summary>
internal sealed class RemoteRecords(GitHubConfig config, GitHubApi api, IndexCatalog catalog, WriteQueue writes, TimeProvider time) : IDisposable
{
    /// <summary>The folder's name on the branch.</summary>
    public const string Folder = ".pywharf";

    private const string Extension = ".toml";

    private const int Tries = 6;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // So long after a decision made here GitHub, or a look that was under way, may show what was there before.
    private static readonly TimeSpan ReadLag = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly ConcurrentDictionary<ProjectName, GitHubException> _unread = new();
    private readonly ConcurrentDictionary<ProjectName, DateTimeOffset> _decided = new();

    // One immutable object that is replaced as a whole: the folder that the catalog agrees with. Null before the first look.
    private volatile Applied? _applied;

    // The catalog that has the records; before they were read, none.
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

    /// <summary>Brings records that changed into the catalog. Asks GitHub nothing where the folder is the one of the last time.</summary>
    /// <param name="token">Who may read.</param>
    /// <param name="folder">The folder's digest; null where there is none.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <exception cref="GitHubException">
    /// Not all could be read. Those that could, count; of one that could not be fetched what was known before; one that makes no sense is
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
        var gone = catalog.Records().Where(record => !record.Value.IsEmpty).ToDictionary();
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
                // That one project takes no files until somebody mends it is no reason not to know of the others. Of nothing it is not known that it
                // may be offered.
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

                await ApplyOwnAsync(project, after.Value, cancellationToken);

                return after;
            }
            catch (GitHubException exception) when (tries < Tries && exception.Kind is GitHubErrorKind.Conflict or GitHubErrorKind.Unavailable)
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
            return root?.Truncated == true || folder?.Truncated == true ? throw TooMany() : (null, ProjectRecord.Empty);
        }

        var (record, problem) = await ReadAsync(token, project, entry.Sha, cancellationToken);

        return problem is null ? (entry.Sha, record) : throw Broken(project, problem);
    }

    // What can't be read is not taken for nothing: it could offer what is deleted.
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
        // After a look that may be under way, with what was there before.
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
        if (!catalog.RecordOf(project).Equals(record))
        {
            await catalog.ChangeAsync(new CatalogChange { Decided = (project, record) }, cancellationToken: cancellationToken);
        }
    }

    /// <param name="Folder">Its digest; null for none.</param>
    private sealed record Applied(string? Folder);
}
