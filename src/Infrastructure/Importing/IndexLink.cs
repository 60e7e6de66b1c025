namespace PyWharf.Infrastructure.Importing;

/// <summary>A link of an HTML page.</summary>
/// <param name="Target">Its absolute URL.</param>
/// <param name="Text">Its text, trimmed.</param>
internal sealed record IndexLink(Uri Target, string Text)
{
    /// <summary>The last segment of the path, unescaped, with the slash that a folder has: <c>demo/</c>, <c>demo-1.0.tar.gz</c>.</summary>
    public string Segment { get; } = Uri.UnescapeDataString(Target.Segments[^1]);

    /// <summary>Whether the link is that of a folder in the listing of a web server.</summary>
    public bool IsFolder => Segment.EndsWith('/') && Text.EndsWith('/');

    /// <summary>Whether it leads to an entry of the folder that the page is of.</summary>
    public bool IsBelow(Uri page) =>
        HasOriginOf(page) && Target.Query.Length == 0
        && Target.AbsolutePath.TrimEnd('/') is var path
        && path[..(path.LastIndexOf('/') + 1)] == page.AbsolutePath[..(page.AbsolutePath.LastIndexOf('/') + 1)];

    /// <summary>Whether it leads to the server of the page.</summary>
    public bool HasOriginOf(Uri page) =>
        Target.Scheme == page.Scheme && Target.Port == page.Port && string.Equals(Target.IdnHost, page.IdnHost, StringComparison.OrdinalIgnoreCase);
}
