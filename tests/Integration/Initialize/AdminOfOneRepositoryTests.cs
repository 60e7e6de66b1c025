using System.Net;
using System.Net.Sockets;
using PyWharf.Application.Access;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Initialize;

/// <summary>Two teams on one server: neither gets at what is the other's, or the server's.</summary>
public sealed class AdminOfOneRepositoryTests : IAsyncLifetime, IDisposable
{
    private const string OperatorSecret = "0perator";
    private const string Own = "[r]\ntype = \"file_system\"\nread_secret = \"r1\"\nwrite_secret = \"r2\"\n";
    private const string Other = "[b]\ntype = \"file_system\"\nread_secret = \"b1\"\nwrite_secret = \"b2\"\n";
    private const string ConfiguredSecret = "[r]\ntype = \"file_system\"\nraw = \"r-admin\"\n";
    private const string OtherSecret = "[b]\ntype = \"file_system\"\nenv = \"B_ADMIN\"\n";

    private readonly TempFolder _root = new();
    private PyWharfProcess _server = null!; // by InitializeAsync

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_root.At("config.toml"), Own + Other);
        await File.WriteAllTextAsync(_root.At("admin_secret.toml"), ConfiguredSecret + OtherSecret);
        _server = await PyWharfProcess.StartAsync(
            ["server", _root.Path, "--host=127.0.0.1", "--port=0", "--extra_index_url="],
            [("PYWHARF_INITIALIZE_SECRET", OperatorSecret), ("B_ADMIN", "b-admin"), ("TOKEN", "hunter2")]);
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task An_admin_changes_their_own_repository_and_the_operator_all()
    {
        using var admin = _server.Client("r", "r-admin");
        using var other = _server.Client("B", "b-admin");
        using var whoever = _server.Client("whoever", OperatorSecret);
        var changed = Own.Replace("r1", "changed", StringComparison.Ordinal);

        Assert.Contains("[b] of config.toml", (await admin.InitializeAsync(Own, ConfiguredSecret)).With(403).Text, StringComparison.Ordinal);
        Assert.Contains("[b] of config.toml", (await admin.InitializeAsync(Own + Other.Replace("b1", "mine", StringComparison.Ordinal), ConfiguredSecret + OtherSecret)).With(403).Text, StringComparison.Ordinal);
        Assert.Contains("[r] of config.toml", (await other.InitializeAsync(changed + Other, ConfiguredSecret + OtherSecret)).With(403).Text, StringComparison.Ordinal);
        (await admin.InitializeAsync(changed + Other, ConfiguredSecret + OtherSecret)).With(200);
        using var reader = _server.Client("r", "changed");
        using var others = _server.Client("b", "b1");
        (await reader.AskAsync("/simple/")).With(200);
        (await others.AskAsync("/simple/")).With(200);

        (await whoever.InitializeAsync(Own, ConfiguredSecret.Replace("raw = \"r-admin\"", "env = \"TOKEN\"", StringComparison.Ordinal))).With(200);
        (await others.AskAsync("/simple/")).With(401);
        using var byVariable = _server.Client("r", "hunter2");
        (await byVariable.InitializeAsync(Own, ConfiguredSecret)).With(200);
    }

    [Theory]
    [InlineData("env = \"TOKEN\"")]
    [InlineData("env = \"PYWHARF_INITIALIZE_SECRET\"")]
    [InlineData("env = \"NOT_THERE\"")]
    [InlineData("file = \"/etc/hostname\"")]
    [InlineData("file = \"/not/there\"")]
    public async Task No_secret_of_the_server_goes_to_where_an_admin_says(string source)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var admin = _server.Client("r", "r-admin");
        var stolen = $"[r]\ntype = \"github\"\nowner = \"o\"\nrepo = \"p\"\napi_url = \"http://{listener.LocalEndpoint}\"\n";

        var refused = await admin.InitializeAsync(stolen + Other, $"[r]\ntype = \"github\"\n{source}\n" + OtherSecret);

        Assert.Contains("PYWHARF_INITIALIZE_SECRET", refused.With(403).Text, StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    [Theory]
    [InlineData("read_secret_env = \"TOKEN\"")]
    [InlineData("read_secret_env = \"NOT_THERE\"")]
    [InlineData("write_secret_file = \"/etc/hostname\"")]
    [InlineData("write_secret_file = \"/not/there\"")]
    public async Task No_variable_or_file_of_the_server_becomes_a_secret_that_an_admin_can_try(string line)
    {
        using var admin = _server.Client("r", "r-admin");

        var refused = await admin.InitializeAsync($"[r]\ntype = \"file_system\"\n{line}\n" + Other, ConfiguredSecret + OtherSecret);

        Assert.Contains($"[r] of config.toml has \"{line.Split(' ')[0]}\"", refused.With(403).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_admin_gives_out_and_revokes_tokens_of_their_own_repository()
    {
        var text = TokenText.New();
        var token = $"[r.tokens.prod_env]\nsha256 = \"{TokenText.DigestOf(text)}\"\n";
        using var admin = _server.Client("r", "r-admin");
        using var holder = _server.Client("__token__", text.Reveal());
        (await holder.AskAsync("/simple/")).With(401);

        (await admin.InitializeAsync(Own + token + Other, ConfiguredSecret + OtherSecret)).With(200);
        (await holder.AskAsync("/simple/")).With(200);
        Assert.Contains(
            "[b] of config.toml",
            (await admin.InitializeAsync(Own + Other + token.Replace("[r.", "[b.", StringComparison.Ordinal), ConfiguredSecret + OtherSecret)).With(403).Text,
            StringComparison.Ordinal);

        (await admin.InitializeAsync(Own + Other, ConfiguredSecret + OtherSecret)).With(200);
        (await holder.AskAsync("/simple/")).With(401);
    }

    [Fact]
    public async Task An_unknown_repository_is_answered_as_a_wrong_secret()
    {
        using var unknown = _server.Client("nobody", "r-admin");
        using var wrong = _server.Client("r", "wrong");

        Assert.Equal((await wrong.InitializeAsync(Own, ConfiguredSecret)).With(401).Text, (await unknown.InitializeAsync(Own, ConfiguredSecret)).With(401).Text);
    }

    [Fact]
    public async Task Packages_of_a_repository_that_was_taken_away_are_not_opened_by_another_ones_admin()
    {
        using var whoever = _server.Client("whoever", OperatorSecret);
        using var admin = _server.Client("r", "r-admin");
        using var writer = _server.Client("b", "b2");
        (await writer.UploadAsync(Wheels.Build("private", "1.0"))).With(200);
        (await whoever.InitializeAsync(Own, ConfiguredSecret)).With(200);

        Assert.Contains("packages of [b]", (await admin.InitializeAsync(Own + Other.Replace("b1", "mine", StringComparison.Ordinal), ConfiguredSecret)).With(403).Text, StringComparison.Ordinal);
        (await admin.InitializeAsync(Own + Other.Replace("[b]", "[fresh]", StringComparison.Ordinal), ConfiguredSecret)).With(200);
    }

    public void Dispose()
    {
        _server?.Dispose();
        _root.Dispose();
    }
}
