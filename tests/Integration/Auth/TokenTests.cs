using PyWharf.Application.Access;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Auth;

[Collection(TokenServer.Name)]
public sealed class TokenTests(TokenServer server) : IDisposable
{
    private readonly PythonUser _user = new();

    public void Dispose() => _user.Dispose();

    [Theory]
    [InlineData("__token__")]
    [InlineData("")]
    [InlineData("team")]
    [InlineData("TEAM")]
    [InlineData("someone@example.com")]
    public async Task A_token_finds_its_repository_by_itself_whatever_the_user_name(string user)
    {
        using var client = server.Client("reader", user);

        (await client.AskAsync("/simple/")).With(200);
        (await client.AskAsync("/team/simple/")).With(200);
        (await client.AskAsync("/search?q=")).With(200);
    }

    [Fact]
    public async Task A_bearer_token_goes_as_well()
    {
        using var client = server.Server.Client();

        (await client.AskAsync("/simple/", ("Authorization", $"Bearer {server.Text("reader")}"))).With(200);
    }

    [Fact]
    public async Task A_token_opens_no_other_repository()
    {
        using var named = server.Client("reader", "strict");
        using var client = server.Client("reader");

        (await named.AskAsync("/simple/")).With(401);
        (await client.AskAsync("/strict/simple/")).With(401);
        (await client.AskAsync("/nobody/simple/")).With(401);
    }

    [Fact]
    public async Task Unknown_expired_and_from_elsewhere_are_one_answer()
    {
        using var unknown = server.Server.Client("__token__", "pyw_UVWXYZabcdefghijklmnopqrstuvwxyz31i3Do");
        using var expired = server.Client("expired");
        using var elsewhere = server.Client("inside");
        using var valid = server.Client("valid-for-long");

        var answer = (await unknown.AskAsync("/team/simple/")).With(401);
        Assert.Equal(answer.Text, (await expired.AskAsync("/team/simple/")).With(401).Text);
        Assert.Equal(answer.Text, (await elsewhere.AskAsync("/team/simple/")).With(401).Text);
        Assert.Equal(answer.Text, (await expired.AskAsync("/simple/")).With(401).Text);
        Assert.DoesNotContain("expired", answer.Text, StringComparison.Ordinal);
        (await valid.AskAsync("/simple/")).With(200);
    }

    [Theory]
    [InlineData("10.1.2.3", 200)]
    [InlineData("::ffff:10.1.2.3", 200)]
    [InlineData("2001:db8:1::1", 200)]
    [InlineData("11.1.2.3", 401)]
    [InlineData("2001:db9::1", 401)]
    [InlineData("10.1.2.3, 192.0.2.1", 401)] // the client forged the first one
    public async Task The_network_is_that_of_the_client_behind_trusted_proxies(string forwarded, int status)
    {
        using var client = server.Client("inside");

        (await client.AskAsync("/simple/", ("X-Forwarded-For", forwarded))).With(status);
    }

    [Fact]
    public async Task A_header_of_somebody_else_than_a_trusted_proxy_moves_nobody_into_a_network()
    {
        using var root = new TempFolder();
        var text = TokenText.New();
        using var untrusting = await PyWharfProcess.StartAsync(root.Path, $"""
            [team]
            type = "file_system"
            read_secret = "r"
            [team.tokens.inside]
            sha256 = "{TokenText.DigestOf(text)}"
            networks = ["10.0.0.0/8"]
            """);
        using var client = untrusting.Client("__token__", text.Reveal());

        (await client.AskAsync("/simple/", ("X-Forwarded-For", "10.1.2.3"))).With(401);
    }

    [FactWhen(Needs.Twine, Needs.Venv)]
    public async Task twine_uploads_and_pip_installs_with_tokens()
    {
        var python = await _user.CreateVenvAsync(PythonClients.Python ?? "");
        var wheel = Wheels.Build("billing-client", "1.0").WriteTo(_user.At("dist"));
        var other = Wheels.Build("not-ours", "1.0").WriteTo(_user.At("dist"));
        var index = new Uri(server.Server.BaseAddress, "simple/");

        (await _user.TwineUploadAsync(index, "__token__", server.Text("billing"), wheel)).Succeeded();
        var refused = await _user.TwineUploadAsync(index, "__token__", server.Text("billing"), other);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("403", $"{refused}", StringComparison.Ordinal);
        Assert.Contains("The token billing may not change the project not-ours", $"{refused}", StringComparison.Ordinal);

        (await _user.PipAsync(python, "install", "--no-cache-dir", "--index-url", server.Server.UrlFor("simple/", "__token__", server.Text("reader")), "billing-client")).Succeeded();
        (await _user.PipAsync(python, "uninstall", "-y", "billing-client")).Succeeded();
        var unseen = await _user.PipAsync(
            python, "install", "--no-cache-dir", "--index-url", server.Server.UrlFor("simple/", "__token__", server.Text("billing-admin")), "billing-client");
        Assert.NotEqual(0, unseen.ExitCode);
        Assert.Contains("No matching distribution", $"{unseen}", StringComparison.Ordinal);
        var expired = await _user.PipAsync(
            python, "install", "--no-cache-dir", "--index-url", server.Server.UrlFor("simple/", "__token__", server.Text("expired")), "billing-client");
        Assert.NotEqual(0, expired.ExitCode);
    }
}
