using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Telemetry;
using PyWharf.Application.Upstream;
using PyWharf.Domain;
using static PyWharf.Infrastructure.Upstream.CachedListing;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>
/// Caches what upstream responds for a project, with one request to upstream at a time for each (single flight). Entries are immutable and
/// replaced as a whole. Behind the memory there may be a disk, which other processes use too: it is looked at before upstream is asked.
/// </summary>
internal sealed partial class UpstreamCache(UpstreamClient client, UpstreamOptions options, UpstreamPageStore? store, TimeProvider time, ILogger logger) : IDisposable
{
    // One broken page is worth a line; every page of a broken index is not.
    private const int MostLinesInARow = 1;

    private readonly ConcurrentDictionary<ProjectName, Slot> _slots = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly UpstreamCircuitBreaker _breaker = new(client.Host, options, time, logger);
    private volatile ProjectName? _failed;
    private int _failedInARow;

    /// <summary>
    /// Why the last request to upstream failed, a sentence; null if it did not. Starts a probe now and then, so that the end of trouble is found out while
    /// nobody asks for pages.
    /// </summary>
    public string? Trouble
    {
        get
        {
            if (_breaker.Trouble is not { } trouble)
            {
                return null;
            }

            if (_failed is { } project && _breaker.TryBeginProbe())
            {
                _ = FetchAsync(project, SlotOf(project));
            }

            return trouble.Failure.Message;
        }
    }

    /// <summary>The page from the cache or from upstream. Cancellation ends the wait only, as other requests may share the response.</summary>
    public async ValueTask<Outcome<UpstreamListing>> GetAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var slot = SlotOf(project);
        if (slot.Entry is { } entry && IsFresh(entry))
        {
            Instruments.CountCacheUse(Instruments.UpstreamCache, isHit: true);

            return entry.Result;
        }

        // During trouble what is kept is served at once. Without it, only an index that can't be reached is not asked.
        if (_breaker.Trouble is { } trouble && (trouble.IsOffline || store is not null))
        {
            if (_breaker.TryBeginProbe())
            {
                _ = FetchAsync(project, slot);
            }

            if (await FindKeptAsync(project, slot).WaitAsync(cancellationToken) is { } kept)
            {
                Instruments.CountCacheUse(Instruments.UpstreamCache, isHit: true);

                return kept.Result;
            }

            if (trouble.IsOffline)
            {
                return trouble.Failure;
            }
        }

        return (await FetchAsync(project, slot).WaitAsync(cancellationToken)).Result;
    }

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    private Slot SlotOf(ProjectName project) => _slots.GetOrAdd(project, static _ => new Slot());

    private Task<CachedListing> FetchAsync(ProjectName project, Slot slot)
    {
        lock (slot)
        {
            return slot.Entry is { } entry && IsFresh(entry) ? Task.FromResult(entry) : slot.Fetching ??= RefreshAsync(project, slot);
        }
    }

    // A page that must not be served while upstream is away is not served without asking either.
    private bool IsFresh(CachedListing entry) =>
        time.GetElapsedTime(entry.FetchedAt) < entry.FreshFor && (entry.Listing is null || time.GetElapsedTime(entry.ResultAt) < options.Stale);

    private bool IsUsableWhenStale(CachedListing entry) => entry.Listing is not null && time.GetElapsedTime(entry.ResultAt) < options.Stale;

    /// <summary>A page that is good enough during trouble, from memory or disk; null if there is none.</summary>
    private Task<CachedListing?> FindKeptAsync(ProjectName project, Slot slot)
    {
        lock (slot)
        {
            return slot.Entry is { } entry && IsUsableWhenStale(entry) ? Task.FromResult<CachedListing?>(entry) : slot.Reading ??= ReadAsync(project, slot);
        }
    }

    private async Task<CachedListing?> ReadAsync(ProjectName project, Slot slot)
    {
        await Task.Yield();
        CachedListing? kept = null;
        try
        {
            kept = await ReadStoredAsync(project, slot.Entry) is { } read && IsUsableWhenStale(read) ? read : null;

            return kept;
        }
        finally
        {
            lock (slot)
            {
                slot.Entry = kept ?? slot.Entry;
                slot.Reading = null;
                if (slot is { Entry: null, Fetching: null })
                {
                    // Nothing is remembered of names that nobody knows.
                    _slots.TryRemove(new(project, slot));
                }
            }

            Evict();
        }
    }

    private async Task<CachedListing> RefreshAsync(ProjectName project, Slot slot)
    {
        // Nothing below may run under the caller's lock.
        await Task.Yield();
        var entry = slot.Entry;
        try
        {
            entry = await ReadStoredAsync(project, entry);
            var isHit = entry is not null && IsFresh(entry);
            Instruments.CountCacheUse(Instruments.UpstreamCache, isHit);
            if (entry is null || !isHit)
            {
                entry = await RefreshAsync(project, entry);
            }

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

    private async Task<CachedListing> RefreshAsync(ProjectName project, CachedListing? previous)
    {
        var listing = previous?.Listing;
        try
        {
            var response = await client.FetchAsync(project, listing?.Validators ?? PageValidators.None, _closing.Token);
            _breaker.Close();
            if (Interlocked.Exchange(ref _failedInARow, 0) > MostLinesInARow || previous is { Logged: FailureLogging.Logged })
            {
                Log.Recovered(logger, client.Host, project);
            }

            return response switch
            {
                UpstreamResponse.Found found => await KeepAsync(ListingOf(project, found, listing)),
                UpstreamResponse.NotModified when listing is not null => await ConfirmAsync(listing, previous?.Stored),
                _ => Forget(project),
            };
        }
        catch (UpstreamException exception)
        {
            _failed = project;
            var failed = CreateEntry(exception.ToFailure(), FreshFor(exception)) with { Logged = LogFailure(project, previous, exception) };
            return previous is not null && IsUsableWhenStale(previous)
                ? failed with { Result = previous.Result, ResultAt = previous.ResultAt, Stored = previous.Stored }
                : failed;
        }
    }

    private UpstreamListing ListingOf(ProjectName project, UpstreamResponse.Found found, UpstreamListing? previous) => new(
        new UpstreamProject(project, client.Host, found.Page)
        {
            IsCached = options.IsCached,
            FirstSeen = store is null ? UpstreamProject.NothingSeen : FirstSights.Of(found.Page, time.GetUtcNow(), previous?.Project),
        },
        found.Validators,
        options.FreshFor(found.MaxAge));

    private async Task<CachedListing> KeepAsync(UpstreamListing listing) =>
        CreateEntry(listing, listing.FreshFor) with { Stored = store is null ? null : await store.WriteAsync(listing) };

    private async Task<CachedListing> ConfirmAsync(UpstreamListing listing, PageStamp? stored) =>
        store is not null && stored is not null && store.Confirm(listing.Project.Name, stored) is { } confirmed
            ? CreateEntry(listing, listing.FreshFor) with { Stored = confirmed }
            : await KeepAsync(listing);

    private CachedListing Forget(ProjectName project)
    {
        store?.Remove(project);

        return CreateEntry(new Failure(FailureKind.NotFound, $"There is no project {project}, neither here nor at {client.Host}."), options.FreshAbsence);
    }

    /// <summary>What the disk has of a project, if another process has changed it since; otherwise what was known.</summary>
    private async ValueTask<CachedListing?> ReadStoredAsync(ProjectName project, CachedListing? known)
    {
        if (store?.Find(project) is not { } stamp || stamp == known?.Stored)
        {
            return known;
        }

        if (known?.Listing is { } same && stamp.Digest == known.Stored?.Digest)
        {
            return KeptEntry(same, stamp);
        }

        if (await store.ReadAsync(project, _closing.Token) is not { } page)
        {
            return known;
        }

        var stored = new UpstreamProject(project, client.Host, page.Page) { IsCached = options.IsCached, FirstSeen = page.FirstSeen };
        var merged = known?.Listing is null
            ? stored
            : new UpstreamProject(project, client.Host, page.Page) { IsCached = options.IsCached, FirstSeen = FirstSights.Of(page.Page, time.GetUtcNow(), stored, known.Listing.Project) };

        return KeptEntry(new UpstreamListing(merged, page.Validators, page.FreshFor), stamp);
    }

    private TimeSpan FreshFor(UpstreamException exception) =>
        exception.IsOffline ? TimeSpan.Zero
        : exception.IsTimeout || exception.RetryAfter > options.FreshTimeout ? options.FreshTimeout
        : exception.RetryAfter > options.FreshFailure ? exception.RetryAfter.Value
        : options.FreshFailure;

    /// <summary>Logs a failure that is new, and returns what the entry has to keep of that.</summary>
    private FailureLogging LogFailure(ProjectName project, CachedListing? previous, UpstreamException exception)
    {
        _breaker.Open(exception);
        if (exception.IsOffline)
        {
            return previous?.Logged ?? FailureLogging.NoFailure;
        }

        if (previous is { Logged: not FailureLogging.NoFailure })
        {
            return previous.Logged;
        }

        if (Interlocked.Increment(ref _failedInARow) > MostLinesInARow)
        {
            return FailureLogging.Suppressed;
        }

        Log.Failed(logger, project, exception.Message);

        return FailureLogging.Logged;
    }

    private CachedListing CreateEntry(Outcome<UpstreamListing> result, TimeSpan freshFor)
    {
        var now = time.GetTimestamp();
        return new CachedListing(result, ResultAt: now, FetchedAt: now, freshFor);
    }

    private CachedListing KeptEntry(UpstreamListing listing, PageStamp stamp)
    {
        var age = time.GetUtcNow() - stamp.ConfirmedAt;
        var at = time.GetTimestamp() - (long)(Math.Max(age.TotalSeconds, 0) * time.TimestampFrequency);

        // One of the future is of a clock that was set back: it is not believed to be fresh.
        return new CachedListing(listing, ResultAt: at, FetchedAt: at, age < TimeSpan.Zero ? TimeSpan.Zero : listing.FreshFor) { Stored = stamp };
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

    /// <summary>The entry of one project. Changed under a lock on the slot.</summary>
    private sealed class Slot
    {
        private volatile CachedListing? _entry;

        public CachedListing? Entry
        {
            get => _entry;
            set => _entry = value;
        }

        public Task<CachedListing>? Fetching { get; set; }

        public Task<CachedListing?>? Reading { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Asked for {Project}: {Reason} An older page is served for some time if there is one")]
        public static partial void Failed(ILogger logger, ProjectName project, string reason);

        [LoggerMessage(2, LogLevel.Information, "Upstream {Host} answered for {Project} again")]
        public static partial void Recovered(ILogger logger, string host, ProjectName project);
    }
}
