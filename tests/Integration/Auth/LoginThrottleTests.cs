using PyWharf.Integration.Support;

namespace PyWharf.Integration.Auth;

public sealed class LoginThrottleTests : IDisposable
{
    private const string Other = "\n[other]\ntype = \"file_system\"\nread_secret = \"0ther\"\n";

    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Ten_wrong_secrets_lock_an_address_out_of_the_repository_and_of_no_other()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config + Other, "--login_failures=10", "--trusted_proxy=127.0.0.1");
        using var wrong = server.Client(ServerFixture.Repository, "wrong");
        using var right = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        using var other = server.Client("other", "0ther");
        for (var i = 0; i < 10; i++)
        {
            Assert.NotEmpty((await wrong.AskAsync("/simple/")).With(401)["WWW-Authenticate"] ?? "");
        }

        foreach (var path in (string[])["/simple/", "/local/simple/", "/simple/demo/", "/search?q=x", "/pypi/demo/json"])
        {
            var locked = (await wrong.AskAsync(path)).With(429);
            Assert.InRange(int.Parse(locked["Retry-After"] ?? "", null), 1, 60);
            Assert.Null(locked["WWW-Authenticate"]);
        }

        // Neither is a right one told from a wrong one meanwhile, nor an upload's body taken.
        (await right.AskAsync("/simple/")).With(429);
        (await wrong.UploadAsync(Wheels.Build("demo", "1.0"))).With(429);
        (await wrong.AskAsync(HttpMethod.Post, "/initialize/")).With(429);
        (await other.AskAsync("/simple/")).With(200);
        (await right.AskAsync("/simple/", ("X-Forwarded-For", "192.0.2.7"))).With(200);
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_the_address_is_the_clients_and_in_IPv6_its_network()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config, "--login_failures=3", "--trusted_proxy=127.0.0.1");
        using var wrong = server.Client(ServerFixture.Repository, "wrong");
        using var right = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        foreach (var last in (string[])["1", "2", "ffff"])
        {
            (await wrong.AskAsync("/simple/", ("X-Forwarded-For", $"2001:db8::{last}"))).With(401);
        }

        (await wrong.AskAsync("/simple/", ("X-Forwarded-For", "2001:db8::abcd"))).With(429);
        (await right.AskAsync("/simple/", ("X-Forwarded-For", "2001:db8:0:1::1"))).With(200);
        (await right.AskAsync("/simple/")).With(200);
    }

    [Fact]
    public async Task A_request_without_credentials_is_no_failure_and_neither_is_an_empty_password()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config, "--login_failures=3");
        using var nobody = server.Client();
        using var empty = server.Client(ServerFixture.Repository);
        using var right = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        for (var i = 0; i < 10; i++)
        {
            (await nobody.AskAsync("/simple/")).With(401);
            (await empty.AskAsync("/simple/")).With(401);
        }

        (await right.AskAsync("/simple/")).With(200);
    }

    [Fact]
    public async Task Unknown_tokens_without_a_repository_count_for_the_address()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config + Other, "--login_failures=3");
        using var token = server.Client("__token__", "pyw_UVWXYZabcdefghijklmnopqrstuvwxyz31i3Do");
        using var right = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        for (var i = 0; i < 3; i++)
        {
            (await token.AskAsync("/simple/")).With(401);
        }

        (await token.AskAsync("/simple/")).With(429);
        (await right.AskAsync("/simple/")).With(200);
    }

    [Fact]
    public async Task The_admin_secret_is_not_found_by_trying()
    {
        await File.WriteAllTextAsync(_root.At("admin_secret.toml"), $"[{ServerFixture.Repository}]\ntype = \"file_system\"\nraw = \"4dmin\"\n");
        using var server = await PyWharfProcess.StartAsync(
            _root.Path, ServerFixture.Config, "--login_failures=3", $"--admin_secret={_root.At("admin_secret.toml")}");
        using var wrong = server.Client(ServerFixture.Repository, "wrong");
        for (var i = 0; i < 3; i++)
        {
            (await wrong.AskAsync(HttpMethod.Post, "/initialize/")).With(401);
        }

        (await wrong.AskAsync(HttpMethod.Post, "/initialize/")).With(429);
    }
}
