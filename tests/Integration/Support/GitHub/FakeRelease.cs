namespace PyWharf.Integration.Support.GitHub;

/// <summary>A release; a draft until it is published.</summary>
internal sealed class FakeRelease(long id, DateTimeOffset createdAt)
{
    public long Id { get; } = id;

    public string Tag { get; set; } = "";

    public string? Name { get; set; }

    public string? Body { get; set; }

    public bool Draft { get; set; } = true;

    public bool Prerelease { get; set; }

    public bool Immutable { get; set; }

    public string TargetCommitish { get; set; } = "";

    public string Author { get; set; } = "";

    /// <summary>Of a draft the time it was made, then the date of the tagged commit.</summary>
    public DateTimeOffset CreatedAt { get; set; } = createdAt;

    public DateTimeOffset? PublishedAt { get; set; }

    public List<FakeAsset> Assets { get; } = [];

    /// <summary>How many reads of the list and of the tag miss it yet.</summary>
    public int HiddenReads { get; set; }

    /// <summary>Whether this read misses it; then the next one is nearer to the truth.</summary>
    internal bool HidesFromThisRead() => HiddenReads > 0 && HiddenReads-- > 0;
}
