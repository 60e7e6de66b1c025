using PyWharf.Application.Upstream;
using PyWharf.Domain;

namespace PyWharf.Application.Resolution;

/// <summary>What came of looking for a project at a repository's upstream indexes. A closed union.</summary>
internal abstract record UpstreamSearch
{
    private UpstreamSearch()
    {
    }

    /// <summary>An index has it.</summary>
    public sealed record Found(UpstreamOffer Offer) : UpstreamSearch;

    /// <summary>A rule keeps it from coming, so that no index was asked, or none that has it.</summary>
    public sealed record Ruled(Ruling Ruling) : UpstreamSearch;

    /// <summary>No index has it, or one can't be asked.</summary>
    public sealed record Failed(Failure Failure) : UpstreamSearch;
}
