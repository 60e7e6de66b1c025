using System.Net;
using System.Net.Http.Headers;
using PyWharf.Infrastructure.Importing;
using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Unit.Infrastructure.Importing;

public sealed class ImportRedirectTests
{
    [Theory]
    [InlineData("https://pypi.example.com/b", true)]
    [InlineData("https://PYPI.example.com:443/b", true)]
    [InlineData("https://files.example.com/b", false)]
    [InlineData("https://pypi.example.com:8443/b", false)]
    [InlineData("https://alice:s3cret@files.example.com/b", false)]
    public async Task A_file_is_fetched_where_it_is_and_credentials_stay_with_the_index(string location, bool hasCredentials)
    {
        var network = new Network(location);

        await SendAsync(network, "https://pypi.example.com/a", mayLeave: true);

        Assert.Equal([true, hasCredentials], network.Sent.Select(sent => sent.HasCredentials));
        Assert.DoesNotContain("s3cret", network.Sent[1].Url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://files.example.com/b")]
    [InlineData("https://pypi.example.com:8443/b")]
    [InlineData("http://pypi.example.com/b")]
    public async Task A_page_of_another_server_is_not_followed(string location)
    {
        var network = new Network(location);

        await Assert.ThrowsAsync<UpstreamException>(() => SendAsync(network, "https://pypi.example.com/a", mayLeave: false));

        Assert.Single(network.Sent);
    }

    [Theory]
    [InlineData("http://files.example.com/b")]
    [InlineData("file:///etc/passwd")]
    public async Task Nothing_that_is_not_encrypted_follows_what_is(string location)
    {
        var network = new Network(location);

        await Assert.ThrowsAsync<UpstreamException>(() => SendAsync(network, "https://pypi.example.com/a", mayLeave: true));
        await Assert.ThrowsAsync<UpstreamException>(() => SendAsync(network, "http://files.example.com/a", mayLeave: true));

        Assert.Single(network.Sent);
    }

    private static async Task SendAsync(Network network, string url, bool mayLeave)
    {
        using var client = new HttpMessageInvoker(new IndexRedirectHandler(new RedirectRules("The index", new Uri("https://pypi.example.com/simple/"), new AuthenticationHeaderValue("Basic", "eDp5")), network));
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Options.Set(IndexRedirectHandler.MayLeave, mayLeave);
        using var response = await client.SendAsync(request, default);
    }

    /// <summary>Redirects the first request, and takes every other one.</summary>
    private sealed class Network(string location) : HttpMessageHandler
    {
        public List<(string Url, bool HasCredentials)> Sent { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sent.Add((request.RequestUri?.AbsoluteUri ?? "", request.Headers.Authorization is not null));
            var response = new HttpResponseMessage(Sent.Count == 1 ? HttpStatusCode.Found : HttpStatusCode.OK);
            response.Headers.Location = Sent.Count == 1 ? new Uri(location) : null;

            return Task.FromResult(response);
        }
    }
}
