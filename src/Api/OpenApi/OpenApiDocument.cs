using System.Text;
using PyWharf.Application.Rendering;

namespace PyWharf.Api.OpenApi;

/// <summary>The OpenAPI 3.1 description of all routes.</summary>
internal static class OpenApiDocument
{
    private const string VersionPlaceholder = "PYWHARF_VERSION";

    /// <summary>The document; public.</summary>
    public static PageRepresentation Page { get; } = PageRepresentation.Json(Read());

    private static byte[] Read()
    {
        using var stream = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("PyWharf.Api.OpenApi.openapi.json")
            ?? throw new InvalidOperationException("The description of the API is not in the assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);

        return Encoding.UTF8.GetBytes(reader.ReadToEnd().Replace(VersionPlaceholder, ProgramVersion.Number, StringComparison.Ordinal));
    }
}
