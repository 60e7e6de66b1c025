namespace PyWharf.Application.Rendering;

/// <summary>An index page in all representations of PEP 691, rendered on demand. Immutable.</summary>
public sealed class RenderedPage
{
    // Marks distinguish ETags of representations that may have the same bytes; upper case is that of views for a part of the readers.
    internal RenderedPage(Func<ReadOnlyMemory<byte>> html, Func<ReadOnlyMemory<byte>> json, bool isView = false)
    {
        var making = new Lock();
        TextHtml = new PageRepresentation("text/html; charset=utf-8", isView ? 'T' : 't', html, making);
        Html = new PageRepresentation("application/vnd.pypi.simple.v1+html", isView ? 'H' : 'h', () => TextHtml.Identity.Bytes, making);
        Json = new PageRepresentation("application/vnd.pypi.simple.v1+json", isView ? 'J' : 'j', json, making);
    }

    /// <summary>Whether it takes much memory and is made for one response, so that few of its kind may be made at a time.</summary>
    public bool IsLargeAndPassing { get; internal init; }

    /// <summary>For browsers and old clients: <c>text/html</c>.</summary>
    public PageRepresentation TextHtml { get; }

    /// <summary>The same bytes as <c>application/vnd.pypi.simple.v1+html</c>.</summary>
    public PageRepresentation Html { get; }

    /// <summary><c>application/vnd.pypi.simple.v1+json</c>.</summary>
    public PageRepresentation Json { get; }
}
