using PyWharf.Integration.Support;

namespace PyWharf.Integration.Proxy;

[Collection(ServerFixture.Name)]
public sealed class ProxyTests(ServerFixture server, ProxiedServers proxied) : IClassFixture<ProxiedServers>, IDisposable
{
    private static readonly (string, string)[] Forwarded = [("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "pub.example")];
    private static readonly (string, string)[] ForwardedBelowPrefix = [.. Forwarded, ("X-Forwarded-Prefix", "/pfx")];
    private static readonly (string, string)[] Navigation = [("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate")];

    private readonly HttpClient _direct = server.Reader();
    private readonly HttpClient _trusting = proxied.Trusting.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
    private readonly HttpClient _prefixed = proxied.Prefixed.Client(ServerFixture.Repository, ServerFixture.WriteSecret);

    public void Dispose()
    {
        _direct.Dispose();
        _trusting.Dispose();
        _prefixed.Dispose();
    }

    [Theory]
    [InlineData("/simple/project")]
    [InlineData("/simple/Project/")]
    public async Task A_redirect_names_the_server_as_a_trusted_proxy_does(string path)
    {
        Assert.Equal("https://pub.example/simple/project/", (await _trusting.AskAsync(path, Forwarded)).With(301)["Location"]);
    }

    [Theory]
    [InlineData("/simple/project?a=b")] // stripped by the proxy
    [InlineData("/pfx/simple/project?a=b")] // left by it
    public async Task A_prefix_that_a_trusted_proxy_names_is_kept(string path)
    {
        Assert.Equal(
            "https://pub.example/pfx/simple/project/?a=b", (await _trusting.AskAsync(path, ForwardedBelowPrefix)).With(301)["Location"]);
        (await _trusting.AskAsync(path.Replace("project?a=b", "", StringComparison.Ordinal), ForwardedBelowPrefix)).With(200);
    }

    [Fact]
    public async Task Nobody_else_is_believed()
    {
        Assert.Equal("/simple/project/", (await _direct.AskAsync("/simple/project", ForwardedBelowPrefix)).With(301)["Location"]);

        var location = (await _prefixed.AskAsync("/pfx/simple/project", Forwarded)).With(301)["Location"];

        Assert.Equal(new Uri(proxied.Prefixed.BaseAddress, "/pfx/simple/project/").Authority, new Uri(location ?? "").Authority);
    }

    [Theory]
    [InlineData("/simple/project")]
    [InlineData("/pfx/simple/project")]
    public async Task A_prefix_and_a_scheme_may_be_told_by_flags(string path)
    {
        var location = new Uri((await _prefixed.AskAsync(path)).With(301)["Location"] ?? "");

        Assert.Equal(("https", "/pfx/simple/project/"), (location.Scheme, location.AbsolutePath));
    }

    [Fact]
    public async Task A_project_below_a_prefix_is_uploaded_listed_and_downloaded()
    {
        var wheel = Wheels.Build("below-prefix", "1.0");

        foreach (var client in new[] { _prefixed, _trusting })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/pfx/simple/") { Content = ClientForm.LikeTwine(wheel).ToContent() };
            foreach (var (name, value) in ForwardedBelowPrefix)
            {
                request.Headers.Add(name, value);
            }

            (await Answer.ReadAsync(await client.SendAsync(request))).With(200);
            var page = (await client.AskAsync("/pfx/simple/below-prefix/", ForwardedBelowPrefix)).With(200);
            var url = new Uri(new Uri("http://host/pfx/simple/below-prefix/"), Assert.Single(IndexAnchor.AllOf(page.Text)).Path);

            Assert.Equal(wheel.Content, (await client.AskAsync(url.AbsolutePath, ForwardedBelowPrefix)).With(200).Bytes);
        }
    }

    [Fact]
    public async Task A_login_below_a_prefix_stays_below_it()
    {
        using var nobody = proxied.Trusting.Client();

        var asked = (await nobody.AskAsync("/pfx/simple/", [.. ForwardedBelowPrefix, .. Navigation])).With(303);
        var page = (await nobody.AskAsync("/pfx/login/", ForwardedBelowPrefix)).With(200);

        Assert.Equal("https://pub.example/pfx/login/?next=%2Fpfx%2Fsimple%2F", asked["Location"]);
        Assert.Contains("action=\"/pfx/login/\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("path=/pfx", page["Set-Cookie"], StringComparison.Ordinal);
        Assert.Equal("https://pub.example/pfx/login/", (await nobody.AskAsync("/pfx/", ForwardedBelowPrefix)).With(303)["Location"]);
    }

    [Fact]
    public async Task Cookies_are_secure_behind_tls()
    {
        foreach (var (client, headers, isSecure) in new[] { (_trusting, Forwarded, true), (_trusting, [], false), (_direct, Forwarded, false), (_prefixed, [], true) })
        {
            var cookie = (await client.AskAsync("/login/", headers)).With(200)["Set-Cookie"] ?? "";

            Assert.Equal(isSecure, cookie.Contains("; secure", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task A_largest_body_bounds_uploads_too()
    {
        (await _prefixed.UploadAsync(Wheels.Build("bounded", "1.0", payload: ProxiedServers.LargestBody, random: true))).With(413);
        (await _prefixed.UploadAsync(Wheels.Build("bounded", "1.0", payload: ProxiedServers.LargestBody / 2, random: true))).With(200);
    }

    [Fact]
    public async Task The_server_names_itself_only_where_it_is_told_to()
    {
        Assert.Equal("wharf", (await _prefixed.AskAsync("/health"))["Server"]);
        Assert.Null((await _direct.AskAsync("/health"))["Server"]);
    }
}
