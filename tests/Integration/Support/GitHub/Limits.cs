using PyWharf.Infrastructure.Backends.GitHub.Releases;
namespace PyWharf.Integration.Support.GitHub;

/// <summary>Sizes and counts beyond which GitHub answers otherwise; small ones spare a test gigabytes.</summary>
internal sealed class Limits
{
    /// <summary>Bytes of a file up to which its JSON holds the content.</summary>
    public long InlineContent { get; set; } = 1 << 20;

    /// <summary>Bytes of a file or blob up to which it can be read at all.</summary>
    public long RawContent { get; set; } = 100 << 20;

    /// <summary>Bytes from which on an asset is refused.</summary>
    public long AssetSize { get; set; } = 2L << 30;

    public int AssetsPerRelease { get; set; } = 1000;

    /// <summary>Characters of a release's body.</summary>
    public int ReleaseBody { get; set; } = 125_000;

    /// <summary>Releases a list can be paged through.</summary>
    public int ListedReleases { get; set; } = 10_000;

    /// <summary>Entries of a tree beyond which it is truncated.</summary>
    public int TreeEntries { get; set; } = 100_000;
}
