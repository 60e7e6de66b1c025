using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using PyWharf.Api.Hosting;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.OpenApi;

[Collection(ServerFixture.Name)]
public sealed class OpenApiTests(ServerFixture server)
{
    [Fact]
    public async Task The_document_is_OpenAPI_3_1_without_an_error()
    {
        var result = await ReadAsync();

        Assert.NotNull(result.Diagnostic);
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, result.Diagnostic.SpecificationVersion);
        Assert.Empty(result.Diagnostic.Errors);
        Assert.Empty(result.Diagnostic.Warnings);
    }

    [Fact]
    public async Task Every_route_of_the_server_is_described_and_nothing_else()
    {
        using var root = new TempFolder();
        await using var app = ServerComposition.Build(new ServerOptions { Root = root.Path, Port = 0 });
        var routes =
            from endpoint in ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
            where method != HttpMethods.Head // of every GET, as the document says
            where endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null // a page for people
            select $"{method} {Trimmed(endpoint.RoutePattern.RawText ?? "")}";

        Assert.Equal(routes.Order(StringComparer.Ordinal), (await DescribedAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Each_operation_has_a_name_of_its_own_and_describes_its_parameters()
    {
        var document = await DocumentAsync();
        var operations = document.Paths.SelectMany(path => (path.Value.Operations ?? []).Values).ToList();

        Assert.Equal(operations.Count, operations.Select(operation => operation.OperationId).Distinct().Count());
        foreach (var (path, item) in document.Paths)
        {
            var named = path.Split('/').Where(segment => segment.StartsWith('{')).Select(segment => segment.Trim('{', '}'));
            Assert.Equal(named, (item.Parameters ?? []).Where(parameter => parameter.In == ParameterLocation.Path).Select(parameter => parameter.Name));
        }
    }

    [Fact]
    public async Task It_is_for_everybody_and_304_for_who_has_it()
    {
        using var nobody = server.Server.Client();
        var answer = (await nobody.AskAsync("/openapi.json")).With(200);

        Assert.Equal("application/json", answer["Content-Type"]);
        Assert.Empty((await nobody.AskAsync("/openapi.json", ("If-None-Match", answer["ETag"] ?? ""))).With(304).Bytes);
        (await nobody.AskAsync(HttpMethod.Head, "/openapi.json/")).With(200);
        (await nobody.AskAsync("/openapi.json", ("Accept-Encoding", "gzip"))).With(200);
    }

    /// <summary>«METHOD /path» of each operation, at each of the servers where it is.</summary>
    private async Task<IEnumerable<string>> DescribedAsync()
    {
        var document = await DocumentAsync();

        return from path in document.Paths
               from place in path.Value.Servers ?? document.Servers ?? []
               from method in (path.Value.Operations ?? []).Keys
               select $"{method} {Trimmed(place.Url?.TrimStart('.') + path.Key)}";
    }

    private async Task<OpenApiDocument> DocumentAsync() =>
        (await ReadAsync()).Document ?? throw new InvalidOperationException("No document.");

    private async Task<ReadResult> ReadAsync()
    {
        using var nobody = server.Server.Client();

        return OpenApiDocument.Parse((await nobody.AskAsync("/openapi.json")).With(200).Text, OpenApiConstants.Json);
    }

    private static string Trimmed(string path) => path.Length > 1 ? path.TrimEnd('/') : path;
}
