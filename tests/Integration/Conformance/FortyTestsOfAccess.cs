using System.Net.Http.Headers;
using PyWharf.Integration.Support;
using PyWharf.Integration.Upstream;

namespace PyWharf.Integration.Conformance;

/// <summary>Rows 25 to 31: what is not here, and who may ask.</summary>
[Collection(FortyTestsServer.Name)]
public sealed class FortyTestsOfAccess(FortyTestsServer server) : IDisposable
{
    private readonly TempFolder _root = new();
    private readonly HttpClient _reader = server.Reader();
    private readonly HttpClient _nobody = server.Server.Client();

    public void Dispose()
    {
        _reader.Dispose();
        _nobody.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task Row_25_An_unknown_project_is_404()
    {
        foreach (var accept in (string[])[FortyTestsServer.Pip, "text/html"])
        {
            (await _reader.AskAsync($"{FortyTestsServer.Simple}nobody-has-this/", ("Accept", accept))).With(404);
        }
    }

    [Fact]
    public async Task Row_26_An_upstream_that_is_down_is_no_404_and_keeps_nothing_of_ours_back()
    {
        using var alone = await FortyTestsServer.StartAsync(_root.Path, "", "--extra_index_url=http://127.0.0.1:9/simple/");
        using var writer = alone.Client(FortyTestsServer.Repository, FortyTestsServer.Writes);
        (await writer.UploadAsync(server.Wheel)).With(200);

        var unknown = await writer.AskAsync($"{FortyTestsServer.Simple}nobody-has-this/", ("Accept", FortyTestsServer.Pip));

        Assert.Contains(unknown.Status, (int[])[502, 503]);
        Assert.NotNull(unknown["Retry-After"]);
        (await writer.AskAsync(FortyTestsServer.Page, ("Accept", FortyTestsServer.Pip))).With(200);
    }

    [Fact]
    public async Task Row_27_A_project_that_is_here_is_never_looked_up_elsewhere()
    {
        await using var upstream = await FakeIndex.StartAsync();
        using var fed = await FortyTestsServer.StartAsync(_root.Path, "", $"--extra_index_url={upstream.Origin}simple/");
        using var writer = fed.Client(FortyTestsServer.Repository, FortyTestsServer.Writes);
        var wheel = Wheels.Build("up-json", "0.1");
        (await writer.UploadAsync(wheel)).With(200);

        Assert.Equal([wheel.Filename], await writer.FilenamesAsync("up-json"));
        (await writer.AskAsync($"{FortyTestsServer.Simple}up-json/up_json-2.0.tar.gz")).With(404);
        Assert.Empty(upstream.Requests);
        (await writer.AskAsync($"{FortyTestsServer.Simple}up-html/")).With(200);
        Assert.NotEmpty(upstream.Requests);
    }

    [Fact]
    public async Task Row_28_Without_credentials_an_installer_is_asked_for_them()
    {
        var answer = (await _nobody.AskAsync(FortyTestsServer.Page, ("Accept", FortyTestsServer.Pip))).With(401);

        Assert.StartsWith("Basic realm=", answer["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_29_A_wrong_password_is_401_and_a_reader_that_writes_is_403()
    {
        using var wrong = server.Server.Client(FortyTestsServer.Repository, "wrong");

        (await wrong.AskAsync(FortyTestsServer.Page)).With(401);
        (await _reader.UploadAsync(ClientForm.LikeTwine(server.Wheel), FortyTestsServer.Simple)).With(403);
    }

    [Fact]
    public async Task Row_30_A_token_goes_as_password_and_as_bearer_and_a_password_may_hold_a_colon()
    {
        using var token = server.Server.Client("__token__", FortyTestsServer.Reads);
        using var expired = server.Server.Client("__token__", "expired");
        (await token.AskAsync(FortyTestsServer.Page)).With(200);
        (await expired.AskAsync(FortyTestsServer.Page)).With(401);
        _nobody.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", FortyTestsServer.Reads);
        (await _nobody.AskAsync(FortyTestsServer.Page)).With(200);
        _nobody.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "expired");
        (await _nobody.AskAsync(FortyTestsServer.Page)).With(401);

        using var other = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        using var writer = other.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        Assert.Contains(':', ServerFixture.WriteSecret);
        (await writer.AskAsync("/simple/")).With(200);
    }

    [Fact]
    public async Task Row_31_A_browser_is_led_to_the_login_and_from_there_to_this_server_alone()
    {
        var asked = (await _nobody.AskAsync(FortyTestsServer.Page, ("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate"))).With(303);
        Assert.StartsWith($"{FortyTestsServer.Prefix}/login/", asked["Location"], StringComparison.Ordinal);

        var page = (await _nobody.AskAsync($"{FortyTestsServer.Prefix}/login/?next=//evil")).With(200);
        var cookie = (page["Set-Cookie"] ?? "").Split(';')[0];
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["pkg_repo_name"] = FortyTestsServer.Repository,
            ["pkg_repo_secret_raw"] = FortyTestsServer.Reads,
            ["csrf_token"] = cookie.Split('=', 2)[1],
            ["next"] = "//evil",
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{FortyTestsServer.Prefix}/login/?next=//evil") { Content = form };
        request.Headers.Add("Cookie", cookie);
        var loggedIn = (await Answer.ReadAsync(await _nobody.SendAsync(request))).With(303);

        Assert.Equal($"{FortyTestsServer.Prefix}/{FortyTestsServer.Repository}/", loggedIn["Location"]);
        Assert.Contains($"{Browser.SessionCookie}=", loggedIn["Set-Cookie"], StringComparison.Ordinal);
        Assert.Contains("httponly", loggedIn["Set-Cookie"], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=", loggedIn["Set-Cookie"], StringComparison.OrdinalIgnoreCase);
    }
}
