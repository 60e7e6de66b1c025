using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>
/// Remembers for a while what upstream said of a project, so that it is asked by one request at a time and not by every one. What is
/// remembered is immutable and replaced as a whole.
/// </summary>
internal sealed partial class UpstreamMemory(UpstreamClient client, UpstreamSettings settings, TimeProvider time, ILogger logger) : IDisposable
{
    private const int MostLinesInARow = 3;

    private readonly ConcurrentDictionary<ProjectName, Place> _places = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly UpstreamReach _reach = new(client.Host, settings, time, logger);
    private int _failedInARow;

    /// <summary>What upstream says, or said a short time ago. The cancellation ends the wait only: others may want the answer.</summary>
    public async ValueTask<Outcome<UpstreamListing>> GetAsync(ProjectName project, CancellationToken cancellationToken)
    {
        if (_reach.Lost is { } lost)
        {
            if (_reach.TakeTry())
            {
                _ = Ask(project);
            }

            return _places.TryGetValue(project, out var place) && place.Known is { } known && (IsFresh(known) || IsServedInTrouble(known)) ? known.Said : lost;
        }

        return (await Ask(project).WaitAsync(cancellationToken)).Said;
    }

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    private Task<Remembered> Ask(ProjectName project)
    {
        var place = _places.GetOrAdd(project, static _ => new Place());
        lock (place)
        {
            return place.Known is { } known && IsFresh(known) ? Task.FromResult(known) : place.Asking ??= AskAsync(project, place);
        }
    }

    private bool IsFresh(Remembered known) => time.GetElapsedTime(known.AskedAt) < known.FreshFor;

    private bool IsServedInTrouble(Remembered known) => known.Said.Failure is null && time.GetElapsedTime(known.SaidAt) < settings.Stale;

    private async Task<Remembered> AskAsync(ProjectName project, Place place)
    {
        // Nothing below may run while the caller holds the place.
        await Task.Yield();
        var known = place.Known;
        try
        {
            known = await AskAsync(project, known);
            return known;
        }
        finally
        {
            lock (place)
            {
                place.Known = known;
                place.Asking = null;
            }

            Forget();
        }
    }

    private async Task<Remembered> AskAsync(ProjectName project, Remembered? known)
    {
        var listing = known is { Said.Failure: null } ? known.Said.Value : null;
        try
        {
            var answer = await client.FetchAsync(project, listing?.ETag, _closing.Token);
            _reach.Find();
            if (Interlocked.Exchange(ref _failedInARow, 0) > MostLinesInARow || known is { Trouble: Trouble.Said })
            {
                Log.Recovered(logger, client.Host, project);
            }

            return answer switch
            {
                UpstreamAnswer.Found found => Now(
                    new UpstreamListing(found.Page, SimplePage.Render(found.Page), found.ETag), settings.Fresh),
                UpstreamAnswer.NotModified when listing is not null => Now(listing, settings.Fresh),
                _ => Now(
                    new Failure(FailureKind.NotFound, $"There is no project {project}, neither here nor at {client.Host}."), settings.FreshAbsence),
            };
        }
        catch (UpstreamException trouble)
        {
            var asked = Now(trouble.ToFailure(), FreshFor(trouble)) with { Trouble = Note(project, known, trouble) };
            return known is not null && IsServedInTrouble(known) ? asked with { Said = known.Said, SaidAt = known.SaidAt } : asked;
        }
    }

    private TimeSpan FreshFor(UpstreamException trouble) =>
        trouble.IsOffline ? TimeSpan.Zero : trouble.IsTimeout ? settings.FreshTimeout : settings.FreshFailure;

    /// <summary>Says in the log what is new about the trouble, and gives back what there is to remember of that.</summary>
    private Trouble Note(ProjectName project, Remembered? known, UpstreamException trouble)
    {
        if (trouble.IsOffline)
        {
            _reach.Lose(trouble);

            return known?.Trouble ?? Trouble.None;
        }

        if (!trouble.IsTimeout)
        {
            _reach.Find();
        }

        if (known is { Trouble: not Trouble.None })
        {
            return known.Trouble;
        }

        // A broken page is worth a line; each page of an index that is broken as a whole is not.
        if (Interlocked.Increment(ref _failedInARow) > MostLinesInARow)
        {
            return Trouble.Unsaid;
        }

        Log.Troubled(logger, project, trouble.Message);

        return Trouble.Said;
    }

    private Remembered Now(Outcome<UpstreamListing> said, TimeSpan freshFor)
    {
        var now = time.GetTimestamp();
        return new Remembered(said, SaidAt: now, AskedAt: now, freshFor);
    }

    /// <summary>Makes room, once there is too much, by dropping an eighth: what was not asked for the longest time.</summary>
    private void Forget()
    {
        var places = _places.Select(pair => (pair.Key, pair.Value.Known)).ToArray();
        var files = places.Sum(place => place.Known?.Files ?? 0);
        if (places.Length <= settings.MaxProjects && files <= settings.MaxFiles)
        {
            return;
        }

        var left = places.Length;
        foreach (var (project, known) in places.Where(place => place.Known is not null).OrderBy(place => place.Known?.AskedAt))
        {
            if (left <= settings.MaxProjects * 7 / 8 && files <= settings.MaxFiles * 7 / 8)
            {
                return;
            }

            _places.TryRemove(project, out _);
            left--;
            files -= known?.Files ?? 0;
        }
    }

    /// <summary>What upstream said of a project; times are timestamps.</summary>
    /// <param name="Said">The page, or why there is none.</param>
    /// <param name="SaidAt">When it said so.</param>
    /// <param name="AskedAt">When it was last asked, perhaps in vain.</param>
    /// <param name="FreshFor">For how long after that it need not be asked.</param>
    private sealed record Remembered(Outcome<UpstreamListing> Said, long SaidAt, long AskedAt, TimeSpan FreshFor)
    {
        /// <summary>Whether it was asked in vain.</summary>
        public Trouble Trouble { get; init; }

        public int Files => Said.Failure is null ? Said.Value.Page.Files.Count : 0;
    }

    /// <summary>Whether there is trouble with a project, and whether the log says so.</summary>
    private enum Trouble
    {
        None,
        Said,
        Unsaid,
    }

    /// <summary>Where the answer for one project is kept. Whoever changes it holds its lock.</summary>
    private sealed class Place
    {
        public Remembered? Known { get; set; }

        public Task<Remembered>? Asking { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Asked for {Project}: {Trouble} An older page is served for some minutes if there is one")]
        public static partial void Troubled(ILogger logger, ProjectName project, string trouble);

        [LoggerMessage(2, LogLevel.Information, "Upstream {Host} answered for {Project} again")]
        public static partial void Recovered(ILogger logger, string host, ProjectName project);
    }
}
