namespace PyWharf.Infrastructure.Upstream;

/// <summary>What upstream sent with a page for conditional requests (RFC 9110, section 13).</summary>
/// <param name="ETag">Its ETag; null if it sent none.</param>
/// <param name="LastModified">Its Last-Modified; null if it sent none.</param>
internal sealed record PageValidators(string? ETag = null, DateTimeOffset? LastModified = null)
{
    /// <summary>Upstream sent none: the page is always fetched as a whole.</summary>
    public static PageValidators None { get; } = new();
}
