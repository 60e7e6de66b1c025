using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>What the memory has of a project; times are timestamps of a <see cref="TimeProvider"/>.</summary>
/// <param name="Result">The page, or why there is none.</param>
/// <param name="ResultAt">When upstream sent or confirmed the result.</param>
/// <param name="FetchedAt">When upstream was last asked, successfully or not.</param>
/// <param name="FreshFor">For how long after that it is used without asking.</param>
internal sealed record CachedListing(Outcome<UpstreamListing> Result, long ResultAt, long FetchedAt, TimeSpan FreshFor)
{
    /// <summary>The page on disk that this is; null if it is in memory only.</summary>
    public PageStamp? Stored { get; init; }

    /// <summary>Whether the last request failed, and whether that was logged.</summary>
    public FailureLogging Logged { get; init; }

    /// <summary>The page; null if there is none.</summary>
    public UpstreamListing? Listing => Result.Failure is null ? Result.Value : null;

    /// <summary>The number of its files, which its memory grows with.</summary>
    public int Files => Listing?.Project.Page.Files.Count ?? 0;

    internal enum FailureLogging
    {
        NoFailure,
        Logged,
        Suppressed,
    }
}
