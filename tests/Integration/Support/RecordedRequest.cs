namespace PyWharf.Integration.Support;

/// <summary>A request as it came from a client, and what it was answered.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">The path, not decoded.</param>
/// <param name="Accept">The media types that the client reads, as it wrote them.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="ContentType">The answer's media type; null where it has none.</param>
internal sealed record RecordedRequest(string Method, string Path, string Accept, int Status, string? ContentType)
{
    /// <summary>The last segment of the path, decoded: a file's name, or nothing for a page.</summary>
    public string Filename => Uri.UnescapeDataString(Path[(Path.LastIndexOf('/') + 1)..]);
}
