using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Telemetry;
using PyWharf.Application.Upstream;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>
/// Caches what upstream responds for a project, with one request to upstream at a time for each (single flight). Entries are immutable and
/// replaced as a whole.
/// </summary>
internal sealed partial class UpstreamCache(UpstreamClient client, UpstreamOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private const int MostLinesInARow = 3;

    private readonly ConcurrentDictionary<ProjectName, Slot> _slots = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly UpstreamCircuitBreaker _breaker = new(client.Host, options, time, logger);
    private int _failedInARow;

    /// <summary>Why upstream can't be reached now, a sentence; null if it can, as far as is known.</summary>
    public string? Trouble => _breaker.Failure?.Message;

    /// <summary>The page from the cache or from upstream. Cancellation ends the wait only, as other requests may share the response.</summary>
    public async ValueTask<Outcome<UpstreamListing>> GetAsync(ProjectName project, CancellationToken cancellationToken)
    {
        if (_breaker.Failure is { } unreachable)
        {
            if (_breaker.TryBeginProbe())
            {
                _ = FetchAsync(project);
            }

            return _slots.TryGetValue(project, out var slot) && slot.Entry is { } entry && (IsFresh(entry) || IsUsableWhenStale(entry)) ? entry.Result : unreachable;
        }

        return (await FetchAsync(project).WaitAsync(cancellationToken)).Result;
    }

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    private Task<Entry> FetchAsync(ProjectName project)
    {
        var slot = _slots.GetOrAdd(project, static _ => new Slot());
        lock (slot)
        {
            var isHit = slot.Entry is { } fresh && IsFresh(fresh);
            Instruments.CountCacheUse(Instruments.UpstreamCache, isHit);

            return isHit && slot.Entry is { } entry ? Task.FromResult(entry) : slot.Fetching ??= RefreshAsync(project, slot);
        }
    }

    private bool IsFresh(Entry entry) => time.GetElapsedTime(entry.FetchedAt) < entry.FreshFor;

    private bool IsUsableWhenStale(Entry entry) => entry.Result.Failure is null && time.GetElapsedTime(entry.ResultAt) < options.Stale;

    private async Task<Entry> RefreshAsync(ProjectName project, Slot slot)
    {
        // Nothing below may run under the caller's lock.
        await Task.Yield();
        var entry = slot.Entry;
        try
        {
            entry = await RefreshAsync(project, entry);
            return entry;
        }
        finally
        {
            lock (slot)
            {
                slot.Entry = entry;
                slot.Fetching = null;
            }

            Evict();
        }
    }

    private async Task<Entry> RefreshAsync(ProjectName project, Entry? previous)
    {
        var listing = previous is { Result.Failure: null } ? previous.Result.Value : null;
        try
        {
            var response = await client.FetchAsync(project, listing?.ETag, _closing.Token);
            _breaker.Close();
            if (Interlocked.Exchange(ref _failedInARow, 0) > MostLinesInARow || previous is { Logged: FailureLogging.Logged })
            {
                Log.Recovered(logger, client.Host, project);
            }

            return response switch
            {
                UpstreamResponse.Found found => CreateEntry(
                    new UpstreamListing(new UpstreamProject(project, client.Host, found.Page), found.ETag), options.Fresh),
                UpstreamResponse.NotModified when listing is not null => CreateEntry(listing, options.Fresh),
                _ => CreateEntry(
                    new Failure(FailureKind.NotFound, $"There is no project {project}, neither here nor at {client.Host}."), options.FreshAbsence),
            };
        }
        catch (UpstreamException exception)
        {
            var failed = CreateEntry(exception.ToFailure(), FreshFor(exception)) with { Logged = LogFailure(project, previous, exception) };
            return previous is not null && IsUsableWhenStale(previous) ? failed with { Result = previous.Result, ResultAt = previous.ResultAt } : failed;
        }
    }

    private TimeSpan FreshFor(UpstreamException exception) =>
        exception.IsOffline ? TimeSpan.Zero : exception.IsTimeout ? options.FreshTimeout : options.FreshFailure;

    /// <summary>Logs a failure that is new, and returns what the entry has to keep of that.</summary>
    private FailureLogging LogFailure(ProjectName project, Entry? previous, UpstreamException exception)
    {
        if (exception.IsOffline)
        {
            _breaker.Open(exception);

            return previous?.Logged ?? FailureLogging.NoFailure;
        }

        if (!exception.IsTimeout)
        {
            _breaker.Close();
        }

        if (previous is { Logged: not FailureLogging.NoFailure })
        {
            return previous.Logged;
        }

        // One broken page is worth a line; every page of a broken index is not.
        if (Interlocked.Increment(ref _failedInARow) > MostLinesInARow)
        {
            return FailureLogging.Suppressed;
        }

        Log.Failed(logger, project, exception.Message);

        return FailureLogging.Logged;
    }

    private Entry CreateEntry(Outcome<UpstreamListing> result, TimeSpan freshFor)
    {
        var now = time.GetTimestamp();
        return new Entry(result, ResultAt: now, FetchedAt: now, freshFor);
    }

    /// <summary>Above the limits, drops an eighth of the cache: the entries that were fetched first.</summary>
    private void Evict()
    {
        var entries = _slots.Select(pair => (pair.Key, pair.Value.Entry)).ToArray();
        var files = entries.Sum(pair => pair.Entry?.Files ?? 0);
        if (entries.Length <= options.MaxProjects && files <= options.MaxFiles)
        {
            return;
        }

        var left = entries.Length;
        foreach (var (project, entry) in entries.Where(pair => pair.Entry is not null).OrderBy(pair => pair.Entry?.FetchedAt))
        {
            if (left <= options.MaxProjects * 7 / 8 && files <= options.MaxFiles * 7 / 8)
            {
                return;
            }

            _slots.TryRemove(project, out _);
            left--;
            files -= entry?.Files ?? 0;
        }
    }

    /// <summary>A cached result; times are timestamps.</summary>
    /// <param name="Result">The page, or why there is none.</param>
    /// <param name="ResultAt">When upstream sent the result.</param>
    /// <param name="FetchedAt">When upstream was last asked, successfully or not.</param>
    /// <param name="FreshFor">For how long after that it is used without asking.</param>
    private sealed record Entry(Outcome<UpstreamListing> Result, long ResultAt, long FetchedAt, TimeSpan FreshFor)
    {
        /// <summary>Whether the last fetch failed, and whether that was logged.</summary>
        public FailureLogging Logged { get; init; }

        public int Files => Result.Failure is null ? Result.Value.Project.Page.Files.Count : 0;
    }

    private enum FailureLogging
    {
        NoFailure,
        Logged,
        Suppressed,
    }

    /// <summary>The entry of one project. Changed under a lock on the slot.</summary>
    private sealed class Slot
    {
        public Entry? Entry { get; set; }

        public Task<Entry>? Fetching { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Asked for {Project}: {Reason} An older page is served for some minutes if there is one")]
        public static partial void Failed(ILogger logger, ProjectName project, string reason);

        [LoggerMessage(2, LogLevel.Information, "Upstream {Host} answered for {Project} again")]
        public static partial void Recovered(ILogger logger, string host, ProjectName project);
    }
}
