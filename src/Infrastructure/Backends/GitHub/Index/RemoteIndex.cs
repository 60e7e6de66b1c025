using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.GitHub.Index;

/// <summary>
/// The index file on its branch, and a durable copy of its last readable version. Checking for a change is one conditional request, which does not count
/// against the rate limit while there is none. Safe for concurrent use.
/// </summary>
/// <param name="config">The repository.</param>
/// <param name="api">GitHub.</param>
/// <param name="copyPath">The path of the copy.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs a copy that can't be written.</param>
internal sealed partial class RemoteIndex(GitHubConfig config, GitHubApi api, string copyPath, TimeProvider time, ILogger logger)
{
    // How long GitHub may still show the version before a write.
    private static readonly TimeSpan ReadLag = TimeSpan.FromMinutes(1);

    // Bounds memory, whoever sends many tokens.
    private const int MostTokens = 1_000;

    private static readonly PackageIndex Empty = new(DateTimeOffset.UnixEpoch, []);

    private readonly Lock _lock = new();

    // Versions that a write of ours replaced, and until when GitHub may still show them.
    private readonly Dictionary<IndexVersion, DateTimeOffset> _replaced = [];
    private IndexVersion _written;

    // ETags differ between tokens: with one of another token, GitHub sends and counts a full response.
    private readonly ConcurrentDictionary<string, Look> _looks = new(StringComparer.Ordinal);

    // Immutable objects that are replaced as a whole; the last writer wins.
    private volatile Look? _last;
    private volatile Unreadable? _unreadable;

    /// <summary>The digest of the folder with the records of projects, as of the last request; null where there is none.</summary>
    public string? RecordsFolder => _last?.RecordsFolder;

    /// <summary>The current version of the file. A repository that does not exist, or that the token may not read, is a failure.</summary>
    public async Task<Outcome<IndexVersion>> FindAsync(Secret token, CancellationToken cancellationToken)
    {
        try
        {
            var look = _looks.GetValueOrDefault(token.Fingerprint());
            var answer = await api.GetTreeIfChangedAsync(token, config.Branch, look?.ETag, cancellationToken);
            if (look is null || !answer.NotModified)
            {
                look = new Look(
                    answer.ETag,
                    answer.Value is null ? default : await FindAsync(token, answer.Value, cancellationToken),
                    answer.Value is null ? null : Entry(answer.Value, RemoteRecords.Folder, "tree")?.Sha);
                Keep(token, look);
            }

            _last = look;

            return NotReplaced(look.Version);
        }
        catch (GitHubException exception)
        {
            return exception.Kind == GitHubErrorKind.NotFound && await LacksBranchAsync(token, cancellationToken)
                ? NoBranch
                : GitHubFailure.Of(exception, $"{config.IndexFilename} was not read");
        }
    }

    /// <summary>
    /// Reads a version, from the copy if that is the one, else from GitHub. <see cref="FailureKind.BadGateway"/> where it is no valid index, with the
    /// position of the error.
    /// </summary>
    public async Task<Outcome<PackageIndex>> LoadAsync(Secret token, IndexVersion version, CancellationToken cancellationToken)
    {
        if (version.Sha is not { } sha)
        {
            return Empty;
        }

        if (_unreadable is { } unreadable && unreadable.Version == version)
        {
            return unreadable.Failure;
        }

        if (version.Size > GitHubApi.MaxBlobBytes)
        {
            return new Failure(
                FailureKind.BadGateway,
                $"{config.IndexFilename} has {version.Size} bytes, and GitHub gives away no more than {GitHubApi.MaxBlobBytes}: delete old releases and run update_index, or publish in another repository.");
        }

        try
        {
            var copy = ReadCopyBytes();
            var isCopy = copy is not null && GitBlob.ShaOf(copy) == sha;
            var content = isCopy && copy is not null ? copy : await api.GetBlobAsync(token, sha, cancellationToken);
            if (!IndexFile.TryRead(content, config.IndexFilename, out var index, out var problem))
            {
                var failure = new Failure(FailureKind.BadGateway, $"The index file on the branch {config.Branch} can't be read: {problem}");
                _unreadable = new Unreadable(version, failure);

                return failure;
            }

            if (!isCopy)
            {
                KeepCopy(content);
            }

            return index;
        }
        catch (GitHubException exception)
        {
            return GitHubFailure.Of(exception, $"{config.IndexFilename} was not read");
        }
    }

    /// <summary>The last readable version, from the copy; null where there is none.</summary>
    public PackageIndex? ReadCopy() =>
        ReadCopyBytes() is { } content && IndexFile.TryRead(content, copyPath, out var index, out _) ? index : null;

    /// <summary>Remembers a write of ours, as GitHub may still show the version before for a moment.</summary>
    public IndexVersion Written(IndexVersion replaced, byte[] content)
    {
        var written = new IndexVersion(GitBlob.ShaOf(content));
        lock (_lock)
        {
            _replaced.Remove(written);
            _replaced[replaced] = time.GetUtcNow() + ReadLag;
            _written = written;
        }

        KeepCopy(content);

        return written;
    }

    private IndexVersion NotReplaced(IndexVersion seen)
    {
        lock (_lock)
        {
            return _replaced.TryGetValue(seen, out var until) && (time.GetUtcNow() < until || !_replaced.Remove(seen)) ? _written : seen;
        }
    }

    private async Task<IndexVersion> FindAsync(Secret token, GitHubTree top, CancellationToken cancellationToken)
    {
        var path = config.IndexFilename.Split('/');
        var folder = top;
        foreach (var name in path[..^1])
        {
            if (Entry(folder, name, "tree") is not { } entry || await api.GetTreeAsync(token, entry.Sha, recursive: false, cancellationToken) is not { } inner)
            {
                return default;
            }

            folder = inner;
        }

        return Entry(folder, path[^1], "blob") is { } file ? new IndexVersion(file.Sha) { Size = file.Size } : default;
    }

    /// <summary>Whether the branch is missing, and not the repository.</summary>
    private async Task<bool> LacksBranchAsync(Secret token, CancellationToken cancellationToken)
    {
        try
        {
            await api.GetRepositoryAsync(token, cancellationToken);

            return true;
        }
        catch (GitHubException)
        {
            return false;
        }
    }

    // Not the same as an empty index: a misspelt or renamed branch would undo all yanks and deletions.
    private Failure NoBranch => new(
        FailureKind.Unavailable,
        $"{config.Owner}/{config.Repo} on GitHub has no branch {config.Branch}: the key branch of the configuration names the one that has {config.IndexFilename}.",
        TimeSpan.FromSeconds(30));

    private void Keep(Secret token, Look look)
    {
        if (_looks.Count >= MostTokens)
        {
            _looks.Clear();
        }

        _looks[token.Fingerprint()] = look;
    }

    private GitHubTreeEntry? Entry(GitHubTree folder, string name, string type) =>
        folder.Find(name) is { } entry && entry.Type == type ? entry
        : folder.Truncated ? throw new GitHubException(GitHubErrorKind.Invalid, $"the branch {config.Branch} has more files than GitHub lists")
        : null;

    private byte[]? ReadCopyBytes()
    {
        try
        {
            return File.ReadAllBytes(copyPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void KeepCopy(byte[] content)
    {
        try
        {
            DurableFile.WriteWhole(copyPath, file => file.Write(content));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without the copy the index is fetched again when the catalog is lost, and a broken index file can't be restored from it.
            Log.NotKept(logger, copyPath, exception.Message);
        }
    }

    private sealed record Look(string? ETag, IndexVersion Version, string? RecordsFolder);

    private sealed record Unreadable(IndexVersion Version, Failure Failure);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The copy of the remote index was not kept: {Path}: {Why}")]
        public static partial void NotKept(ILogger logger, string path, string why);
    }
}
