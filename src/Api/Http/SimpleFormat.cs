namespace PyWharf.Api.Http;

/// <summary>The media types of index pages.</summary>
internal enum SimpleFormat
{
    /// <summary>None of them is acceptable.</summary>
    None,

    /// <summary><c>text/html</c></summary>
    TextHtml,

    /// <summary><c>application/vnd.pypi.simple.v1+html</c></summary>
    Html,

    /// <summary><c>application/vnd.pypi.simple.v1+json</c></summary>
    Json,
}
