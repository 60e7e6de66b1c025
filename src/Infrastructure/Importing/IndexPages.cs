using System.Text;
using PyWharf.Application.Rendering;
using PyWharf.Domain;
using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Infrastructure.Importing;

/// <summary>Reads pages of an index in JSON or HTML, whichever it has.</summary>
internal sealed class IndexPages(IndexClient client)
{
    /// <summary>Reads a project's page.</summary>
    public Task<Outcome<IndexPage>> ReadProjectAsync(Uri page, string project, CancellationToken cancellationToken) =>
        ReadAsync(page, project, async (address, body, token) => new IndexPage(address, await UpstreamJson.ReadAsync(project, address, body, token), [], []), cancellationToken);

    /// <summary>Reads the project list, or the listing of a folder.</summary>
    public Task<Outcome<IndexPage>> ReadListAsync(Uri page, CancellationToken cancellationToken) =>
        ReadAsync(page, "", async (address, body, token) => new IndexPage(address, new ProjectPage("", []), await ProjectListJson.ReadAsync(body, token), []), cancellationToken);

    private Task<Outcome<IndexPage>> ReadAsync(
        Uri page, string project, Func<Uri, Stream, CancellationToken, Task<IndexPage>> readJson, CancellationToken cancellationToken) =>
        client.GetPageAsync(
            page,
            async (response, token) =>
            {
                var address = response.RequestMessage?.RequestUri ?? page;
                switch (response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant())
                {
                    // Static servers name the general type.
                    case UpstreamClient.Json or "application/json":
                        await using (var body = await OpenAsync(response, client.Options.MaxPageBytes, token))
                        {
                            return await readJson(address, body, token);
                        }

                    case UpstreamClient.Html or "text/html" or "application/xhtml+xml":
                        using (var reader = new StreamReader(await OpenAsync(response, client.Options.MaxPageBytes / 3, token), Encoding.UTF8))
                        {
                            var html = await reader.ReadToEndAsync(token);

                            return new IndexPage(address, UpstreamHtml.Read(project, address, html), [], IndexLinks.Read(address, html));
                        }

                    default:
                        throw new UpstreamException(FailureKind.BadGateway, $"{address.Host} answered with something else than an index page.");
                }
            },
            cancellationToken);

    private async Task<Stream> OpenAsync(HttpResponseMessage response, int most, CancellationToken cancellationToken) =>
        client.Guard(await PageBody.OpenAsync(response.Content, most, turns: null, response.RequestMessage?.RequestUri?.Host ?? "", cancellationToken));
}
