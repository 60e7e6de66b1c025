using PyWharf.Application.Rendering;

namespace PyWharf.Api.Http;

/// <summary>Answers with an index page, or with 304, or with 406.</summary>
internal static class PageResult
{
    /// <summary>Writes the representation that the request asks for.</summary>
    public static Task WriteAsync(HttpContext http, RenderedPage page) => throw new NotImplementedException();
}
