using System.Net;
using System.Net.Http.Headers;
using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Unit.Infrastructure.Upstream;

public class IndexRedirectHandlerTests
{
    [Theory]
    [InlineData("https://up.example/b")]
    [InlineData("/b")]
    [InlineData("https://UP.example:443/b")]
    public async Task A_redirect_within_the_origin_is_followed_with_the_credentials(string location)
    {
        var sent = await FollowAsync("https://up.example/a", location);

        Assert.Equal([("https://up.example/a", true), (new Uri(new Uri("https://up.example/a"), location).AbsoluteUri, true)], sent);
    }

    [Theory]
    [InlineData("https://up.example:8443/b", "https://up.example:8443")]
    [InlineData("https://up.example.evil/b", "https://up.example.evil:443")]
    [InlineData("https://other.example/b?token=s3cret", "https://other.example:443")]
    [InlineData("http://up.example/a", "http://up.example:80")]
    [InlineData("http://127.0.0.1/latest/meta-data/", "http://127.0.0.1:80")]
    [InlineData("http://[::1]:8888/", "http://::1:8888")]
    [InlineData("//user:s3cret@other.example/b", "https://other.example:443")]
    [InlineData("file:///etc/passwd", "no index")]
    public async Task Any_other_is_not_and_says_where_it_would_have_led(string location, string expected)
    {
        var network = new Network(location);

        var refused = await Assert.ThrowsAsync<UpstreamException>(() => FollowAsync("https://up.example/a", network));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", refused.Message, StringComparison.Ordinal);
        Assert.Single(network.Sent);
    }

    [Fact]
    public async Task Encryption_may_begin_at_a_redirect_but_it_sees_no_credentials()
    {
        var sent = await FollowAsync("http://up.example/a", "https://up.example/a");

        Assert.Equal([("http://up.example/a", true), ("https://up.example/a", false)], sent);
    }

    private static Task<List<(string Url, bool HasCredentials)>> FollowAsync(string start, string location) => FollowAsync(start, new Network(location));

    private static async Task<List<(string Url, bool HasCredentials)>> FollowAsync(string start, Network network)
    {
        using var client = new HttpMessageInvoker(
            new IndexRedirectHandler(new RedirectRules("The upstream index", new Uri(new Uri(start), "/simple/"), new AuthenticationHeaderValue("Basic", "eDp5")), network));
        using var request = new HttpRequestMessage(HttpMethod.Get, start);
        using var response = await client.SendAsync(request, default);

        return network.Sent;
    }

    /// <summary>Redirects the first request, and takes every other one.</summary>
    private sealed class Network(string location) : HttpMessageHandler
    {
        public List<(string Url, bool HasCredentials)> Sent { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sent.Add((request.RequestUri?.AbsoluteUri ?? "", request.Headers.Authorization is not null));
            var response = new HttpResponseMessage(Sent.Count == 1 ? HttpStatusCode.Found : HttpStatusCode.OK);
            response.Headers.Location = Sent.Count == 1 ? new Uri(location, UriKind.RelativeOrAbsolute) : null;

            return Task.FromResult(response);
        }
    }
}
