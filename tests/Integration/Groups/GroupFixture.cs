using System.Security.Cryptography;
using System.Text;
using PyWharf.Application.Access;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.PyPi;

namespace PyWharf.Integration.Groups;

/// <summary>A server with two repositories, of which each has an upstream index of its own, and groups over them.</summary>
public sealed class GroupFixture : IAsyncLifetime, IDisposable
{
    internal const string ReadSecret = "group-r3ad";

    /// <summary>A token of the group that reads some projects.</summary>
    internal static readonly string Token = TokenText.New().Reveal();

    /// <summary>A token of [team] that writes.</summary>
    internal static readonly string MemberToken = TokenText.New().Reveal();

    private readonly TempFolder _root = new();
    private PyWharfProcess? _server;
    private FakePyPi? _first;
    private FakePyPi? _second;

    internal string Root => _root.Path;

    internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

    /// <summary>The upstream index of [team].</summary>
    internal FakePyPi First => _first ?? throw new InvalidOperationException("It has not started yet.");

    /// <summary>The upstream index of [shared].</summary>
    internal FakePyPi Second => _second ?? throw new InvalidOperationException("It has not started yet.");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        (_first, _second) = (await FakePyPi.StartAsync(), await FakePyPi.StartAsync());
        _server = await PyWharfProcess.StartAsync(Root, Config);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _server?.Dispose();
        _root.Dispose();
    }

    internal HttpClient Reader() => Server.Client("all", ReadSecret);

    internal HttpClient Writer(string member) => Server.Client(member, $"{member}-write");

    /// <summary>The groups come before their members.</summary>
    private string Config =>
        $"""
        [all]
        type = "group"
        members = ["team", "shared"]
        read_secret_sha256 = "{Sha256(ReadSecret)}"

        [all.tokens.part]
        sha256 = "{Sha256(Token)}"
        projects = ["part-*"]

        [open]
        type = "group"
        members = ["Shared"]
        anonymous_read = true

        [team]
        type = "file_system"
        read_secret = "team-read"
        write_secret = "team-write"
        reserve = ["acme-*"]

        [team.upstream]
        url = "{First.Index}"
        deny = ["denied-by-team"]

        [team.tokens.ci]
        sha256 = "{Sha256(MemberToken)}"
        permission = "write"

        [shared]
        type = "file_system"
        read_secret = "shared-read"
        write_secret = "shared-write"

        [shared.upstream]
        url = "{Second.Index}"

        """;

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
