using System.Globalization;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.GitHub.Index;

/// <summary>
/// Writes the index file with optimistic concurrency: a write names the version that it replaces, and starts again when that has changed. Not safe for
/// concurrent use.
/// </summary>
/// <param name="config">The repository.</param>
/// <param name="api">GitHub.</param>
/// <param name="remote">The current index file.</param>
/// <param name="writes">Serializes all writes to the repository.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs an invalid index that is replaced.</param>
internal sealed partial class IndexCommit(
    GitHubConfig config, GitHubApi api, RemoteIndex remote, WriteQueue writes, TimeProvider time, ILogger logger)
{
    /// <summary>How often a write is attempted against concurrent writers.</summary>
    internal const int Tries = 8;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>The number of packages after the last write.</summary>
    public long Packages { get; private set; }

    /// <summary>Writes the index, unless its packages are unchanged. May be repeated after any failure.</summary>
    /// <param name="token">A token that may write.</param>
    /// <param name="merge">Makes the new packages of the old ones; called for each attempt.</param>
    /// <param name="repairs">Whether an invalid index file is replaced; else it is a failure.</param>
    /// <param name="cancellationToken">Cancels before the index is written.</param>
    public async Task<Outcome<SyncReport>> WriteAsync(
        Secret token,
        Func<IReadOnlyList<IndexedPackage>, Task<IReadOnlyList<IndexedPackage>>> merge,
        bool repairs,
        CancellationToken cancellationToken)
    {
        // The same for all attempts, so that the content that was sent can be recognized.
        var now = time.GetUtcNow();
        var sent = (Sent?)null;
        for (var tries = 1; ; tries++)
        {
            var version = await remote.FindAsync(token, cancellationToken);
            if (version.Failure is { } notFound)
            {
                return notFound;
            }

            if (sent is not null && version.Value.Sha == GitBlob.ShaOf(sent.Content))
            {
                // The write took effect, though its response was lost.
                remote.Written(sent.Replaced, sent.Content);

                return sent.Report;
            }

            var old = await remote.LoadAsync(token, version.Value, cancellationToken);
            var isBroken = old.Failure?.Kind == FailureKind.BadGateway;
            if (old.Failure is { } notRead && !(isBroken && repairs))
            {
                return notRead;
            }

            var before = isBroken ? Rescued(old.Failure) : old.Value.Packages;
            var after = await merge(before);
            var report = Compare(before, after);
            Packages = after.Count;
            if (!isBroken && IndexMerge.AreSame(before, after))
            {
                return report;
            }

            sent = new Sent(version.Value, ContentOf(now, after), report);
            if (sent.Content.Length > GitHubApi.MaxBlobBytes)
            {
                return new Failure(FailureKind.TooLarge, $"{config.IndexFilename} would be longer than the {GitHubApi.MaxBlobBytes} bytes that GitHub gives back.");
            }

            try
            {
                await PutAsync(token, sent, cancellationToken);

                return report;
            }
            catch (GitHubException exception) when (exception.Kind is GitHubErrorKind.Conflict or GitHubErrorKind.Unavailable && tries < Tries)
            {
                await Task.Delay(ShortestPause + ((LongestPause - ShortestPause) * Random.Shared.NextDouble()), time, cancellationToken);
            }
        }
    }

    private static SyncReport Compare(IReadOnlyList<IndexedPackage> before, IReadOnlyList<IndexedPackage> after)
    {
        var gone = new Dictionary<string, IndexedPackage>(StringComparer.Ordinal);
        foreach (var package in before)
        {
            gone[IndexMerge.FilenameOf(package)] = package;
        }

        var published = after.Count(package => !gone.Remove(IndexMerge.FilenameOf(package), out var old) || !IndexMerge.AreSame(old, package));

        return new SyncReport(after.Count, published, gone.Count);
    }

    private static byte[] ContentOf(DateTimeOffset now, IReadOnlyList<IndexedPackage> packages)
    {
        using var content = new MemoryStream();
        IndexFile.Write(content, now, packages);

        return content.ToArray();
    }

    private IReadOnlyList<IndexedPackage> Rescued(Failure? why)
    {
        Log.WrittenAnew(logger, config.Name, why?.Message);

        return remote.ReadCopy()?.Packages ?? [];
    }

    private async Task PutAsync(Secret token, Sent sent, CancellationToken cancellationToken)
    {
        var message = string.Create(
            CultureInfo.InvariantCulture, $"Update {config.IndexFilename}: {sent.Report.Published} published, {sent.Report.Removed} removed");
        await writes.WriteAsync(
            () => api.PutFileAsync(token, config.Branch, config.IndexFilename, sent.Content, sent.Replaced.Sha, message, cancellationToken),
            cancellationToken);

        remote.Written(sent.Replaced, sent.Content);
    }

    private sealed record Sent(IndexVersion Replaced, byte[] Content, SyncReport Report);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Repository {Repository}: the remote index is written anew. {Why}")]
        public static partial void WrittenAnew(ILogger logger, RepositoryName repository, string? why);
    }
}
