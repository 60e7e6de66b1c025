using System.Net;
using System.Net.Http.Headers;
using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Unit.Infrastructure.Upstream;

public class UpstreamRedirectsTests
{
    [Theory]
    [InlineData("https://up.example/b", true)]
    [InlineData("/b", true)]
    [InlineData("https://UP.example:443/b", true)]
    [InlineData("https://up.example:8443/b", false)]
    [InlineData("https://up.example.evil/b", false)]
    [InlineData("https://other.example/b", false)]
    public async Task Only_the_origin_sees_the_credentials(string location, bool expected)
    {
        var sent = await FollowAsync("https://up.example/a", location);

        Assert.Equal([("https://up.example/a", true), (new Uri(new Uri("https://up.example/a"), location).AbsoluteUri, expected)], sent);
    }

    [Fact]
    public async Task What_was_encrypted_is_not_asked_for_in_plain_text() =>
        await Assert.ThrowsAsync<UpstreamException>(() => FollowAsync("https://up.example/a", "http://up.example/a"));

    [Fact]
    public async Task Encryption_may_begin_at_a_redirect() =>
        Assert.Equal(2, (await FollowAsync("http://up.example/a", "https://up.example/a")).Count);

    private static async Task<List<(string Url, bool HasCredentials)>> FollowAsync(string start, string location)
    {
        var network = new Network(location);
        using var client = new HttpMessageInvoker(
            new UpstreamRedirects(new Uri("https://up.example/simple/"), new AuthenticationHeaderValue("Basic", "eDp5"), network));
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
