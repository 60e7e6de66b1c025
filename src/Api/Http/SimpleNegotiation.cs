using PyWharf.Application.Rendering;

namespace PyWharf.Api.Http;

/// <summary>Finds the representation of an index page that a client wants (PEP 691; RFC 9110, section 12).</summary>
internal static class SimpleNegotiation
{
    /// <summary>Null when no representation is acceptable: 406.</summary>
    public static PageRepresentation? Choose(HttpRequest request, RenderedPage page) => throw new NotImplementedException();
}
