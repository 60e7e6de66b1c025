using PyWharf.Application.Rendering;

namespace PyWharf.Api.OpenApi;

/// <summary>The OpenAPI 3.1 description of all routes.</summary>
internal static class OpenApiDocument
{
    /// <summary>The document; public.</summary>
    public static PageRepresentation Page { get; } = PageRepresentation.Json(Read());

    private static byte[] Read()
    {
        using var stream = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("PyWharf.Api.OpenApi.openapi.json")
            ?? throw new InvalidOperationException("The description of the API is not in the assembly.");
        var document = new byte[stream.Length];
        stream.ReadExactly(document);

        return document;
    }
}
