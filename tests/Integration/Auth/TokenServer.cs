using PyWharf.Application.Access;
using PyWharf.Domain;
using PyWharf.Integration.Support;
using PyWharf.Integration.Upstream;

namespace PyWharf.Integration.Auth;

/// <summary>A server with tokens in its configuration, two repositories and an upstream: <c>[Collection(TokenServer.Name)]</c>.</summary>
[CollectionDefinition(Name)]
public sealed class TokenServer : IAsyncLifetime, IDisposable, ICollectionFixture<TokenServer>
{
    /// <summary>The collection of the tests that share it.</summary>
    public const string Name = "A server with tokens";

    internal const string ReadSecret = "r3ad";
    internal const string WriteSecret = "wr1te";
    internal const string AdminSecret = "4dmin";

    private readonly TempFolder _root = new();
    private readonly Dictionary<string, string> _texts = [];
    private PyWharfProcess? _server;
    private FakeIndex? _upstream;

    internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

    internal FakeIndex Upstream => _upstream ?? throw new InvalidOperationException("It has not started yet.");

    internal string Root => _root.Path;

    /// <summary>Where the packages of team lie.</summary>
    internal string Storage => _root.At("cache", "team", "storage");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _upstream = await FakeIndex.StartAsync();
        await File.WriteAllTextAsync(_root.At("admin_secret.toml"), $"[strict]\ntype = \"file_system\"\nraw = \"{AdminSecret}\"\n");
        var config = $"""
            [team]
            type = "file_system"
            read_secret = "{ReadSecret}"
            write_secret = "{WriteSecret}"

            [strict]
            type = "file_system"
            read_secret = "{ReadSecret}"
            write_secret = "{WriteSecret}"
            anonymous_read = true

            [strict.policy]
            deletion = "admin"

            {Token("team", "reader", "permission = \"read\"")}
            {Token("team", "writer", "permission = \"write\"")}
            {Token("team", "admin", "permission = \"admin\"")}
            {Token("team", "billing", "permission = \"write\"", "projects = [\"Billing\", \"billing_*\"]")}
            {Token("team", "billing-admin", "permission = \"admin\"", "projects = [\"billing\"]")}
            {Token("team", "billing-reads-all", "permission = \"write\"", "projects = [\"billing\"]", "reads = [\"*\"]")}
            {Token("team", "nothing", "projects = [\"no-such-*\"]")}
            {Token("team", "expired", "permission = \"write\"", "expires = 2020-01-01")}
            {Token("team", "valid-for-long", "permission = \"read\"", "expires = 9999-12-30")}
            {Token("team", "inside", "permission = \"read\"", "networks = [\"10.0.0.0/8\", \"2001:db8::/32\"]")}
            {Token("strict", "strict-admin", "permission = \"admin\"")}
            {Token("strict", "strict-writer", "permission = \"write\"")}

            """;
        _server = await PyWharfProcess.StartAsync(
            _root.Path,
            config,
            "--trusted_proxy=127.0.0.1",
            $"--admin_secret={_root.At("admin_secret.toml")}",
            $"--extra_index_url={_upstream.Origin}simple/");
    }

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Upstream.DisposeAsync();

    /// <inheritdoc/>
    public void Dispose()
    {
        _server?.Dispose();
        _root.Dispose();
    }

    /// <summary>The text of a token of the configuration.</summary>
    internal string Text(string token) => _texts[token];

    /// <summary>A client that sends a token.</summary>
    internal HttpClient Client(string token, string user = "__token__") => Server.Client(user, Text(token));

    private string Token(string repository, string name, params string[] lines)
    {
        var text = TokenText.New();
        _texts.Add(name, text.Reveal());

        return string.Join('\n', [$"[{repository}.tokens.{name}]", $"sha256 = \"{TokenText.DigestOf(text)}\"", .. lines]);
    }
}
