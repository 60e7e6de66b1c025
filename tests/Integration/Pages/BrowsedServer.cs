using PyWharf.Application.Access;
using PyWharf.Domain;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

/// <summary>A server whose repositories hold what pages have to show well: much, little, odd and hostile.</summary>
public sealed class BrowsedServer : IAsyncLifetime, IDisposable
{
    internal const string ReadSecret = "r3ad";
    internal const string WriteSecret = "wr1te";

    private readonly TempFolder _root = new();
    private readonly Secret _admin = TokenText.New();
    private PyWharfProcess? _server;

    /// <summary>A token that may all in the repository team.</summary>
    internal string AdminToken => _admin.Reveal();

    internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _server = await PyWharfProcess.StartAsync(_root.Path, $"""
            [team]
            type = "file_system"
            read_secret = "{ReadSecret}"
            write_secret = "{WriteSecret}"

            [team.tokens.release-manager]
            sha256 = "{TokenText.DigestOf(_admin)}"
            permission = "admin"

            [open]
            type = "file_system"
            read_secret = "{ReadSecret}"
            write_secret = "{WriteSecret}"
            anonymous_read = true

            [empty]
            type = "file_system"
            read_secret = "{ReadSecret}"
            write_secret = "{WriteSecret}"

            """);
        using (var team = Server.Client("team", WriteSecret))
        {
            await SampleProjects.PublishAsync(team);
        }

        using var open = Server.Client("open", WriteSecret);
        await open.PublishAsync(Wheels.Build("open-tools", "1.0"));
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _server?.Dispose();
        _root.Dispose();
    }

    internal Uri At(string path) => new(Server.BaseAddress, path);
}
