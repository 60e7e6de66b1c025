using PyWharf.Application.Rendering;

namespace PyWharf.Api.OpenApi;

/// <summary>The description of every route of the server (OpenAPI 3.1).</summary>
internal static class OpenApiDocument
{
    /// <summary>As it is sent, also to who has no secret.</summary>
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
