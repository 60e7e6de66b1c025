using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

[Collection(ServerFixture.Name)]
public sealed class SessionFixationTests(ServerFixture server) : IDisposable
{
    private static readonly string Planted = new('a', 64);

    private readonly HttpClient _client = server.Server.Client();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task An_id_that_somebody_planted_is_not_taken_over()
    {
        var id = await LogInAsync(Planted);

        Assert.NotEqual(Planted, id);
        (await AskAsync(Planted)).With(401);
        (await AskAsync(id)).With(200);
    }

    [Fact]
    public async Task Each_login_has_an_id_of_its_own_and_ends_the_session_before_it()
    {
        var first = await LogInAsync(Planted);
        var second = await LogInAsync(first);

        Assert.NotEqual(first, second);
        (await AskAsync(first)).With(401);
        (await AskAsync(second)).With(200);
    }

    [Fact]
    public async Task A_refused_login_leaves_the_session_as_it_is()
    {
        var id = await LogInAsync(Planted);

        Assert.Equal("", await LogInAsync(id, "wrong", 401));
        (await AskAsync(id)).With(200);
    }

    private Task<Answer> AskAsync(string id) => _client.AskAsync("/simple/", ("Cookie", $"{Browser.SessionCookie}={id}"));

    /// <summary>The id that the server sets; empty if it sets none.</summary>
    private async Task<string> LogInAsync(string session, string secret = ServerFixture.ReadSecret, int status = 303)
    {
        var page = (await _client.AskAsync("/login/")).With(200);
        var fields = Browser.FieldsOf(page);
        fields["pkg_repo_name"] = ServerFixture.Repository;
        fields["pkg_repo_secret_raw"] = secret;
        using var form = new FormUrlEncodedContent(fields);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/login/") { Content = form };
        request.Headers.Add("Cookie", $"pywharf_login={fields["csrf_token"]}; {Browser.SessionCookie}={session}");
        using var response = await _client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        var cookies = response.Headers.TryGetValues("Set-Cookie", out var values) ? values : [];

        return cookies.FirstOrDefault(cookie => cookie.StartsWith(Browser.SessionCookie, StringComparison.Ordinal))?.Split('=', ';')[1] ?? "";
    }
}
