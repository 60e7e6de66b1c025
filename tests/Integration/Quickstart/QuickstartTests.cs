using PyWharf.Integration.Support;

namespace PyWharf.Integration.Quickstart;

/// <summary>The first minute: what it prints works as it stands.</summary>
public sealed class QuickstartTests : IDisposable
{
    private readonly PythonUser _user = new();

    private string Config => _user.At("pywharf-root", "config.toml");

    [FactWhen(Needs.Venv, Needs.Twine)]
    public async Task The_printed_commands_upload_and_install()
    {
        using var server = await StartAsync();
        var (twine, pip) = await PrintedAsync(server);
        Wheels.Build("Quick.Start-demo", "1.0").WriteTo(_user.At("dist"));
        Sdists.Build("another", "2.0").WriteTo(_user.At("dist"));
        var python = await _user.CreateVenvAsync(PythonClients.Python ?? "");

        (await _user.PasteAsync(python, twine)).Succeeded();
        (await _user.PasteAsync(python, pip)).Succeeded();

        var versions = await _user.RunAsync(python, ["-c", "import another, quick_start_demo; print(quick_start_demo.__version__, another.__version__)"]);
        Assert.Equal("1.0 2.0\n", versions.Succeeded().Stdout);
    }

    [Fact]
    public async Task A_second_start_goes_on_with_the_same_secrets_which_nobody_else_can_read()
    {
        string first;
        using (var server = await StartAsync())
        {
            await PrintedAsync(server);
            first = await File.ReadAllTextAsync(Config);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(Config).UnixFileMode);
            Assert.Equal(0, await server.TerminateAsync());
        }

        using var again = await StartAsync();

        var (twine, _) = await PrintedAsync(again);
        Assert.Equal(first, await File.ReadAllTextAsync(Config));
        Assert.Contains(twine.Split(" -p ")[1].Split(' ')[0], first, StringComparison.Ordinal);
    }

    [FactWhen(Needs.Venv, Needs.Twine)]
    public async Task A_secret_of_ones_own_is_printed_so_that_it_survives_shell_and_URL()
    {
        const string ReadSecret = "r: $HOME/`x`@%2F#?&";
        await File.WriteAllTextAsync(Config, $"""
            [mine]
            type = "file_system"
            read_secret = "{ReadSecret}"
            write_secret = "w' $HOME `x` !\\"
            """);
        using var server = await StartAsync();
        var (twine, pip) = await PrintedAsync(server);
        Wheels.Build("demo", "1.0").WriteTo(_user.At("dist"));
        var python = await _user.CreateVenvAsync(PythonClients.Python ?? "");

        (await _user.PasteAsync(python, twine)).Succeeded();
        (await _user.PasteAsync(python, pip)).Succeeded();
    }

    public void Dispose() => _user.Dispose();

    private Task<PyWharfProcess> StartAsync() => PyWharfProcess.StartAsync(["quickstart", "--port", "0"], [], _user.Home);

    /// <summary>The two blocks that are to be pasted.</summary>
    private static async Task<(string Twine, string Pip)> PrintedAsync(PyWharfProcess server)
    {
        await Eventually.HoldsAsync("the instructions are printed", () => server.Log.Contains("Ctrl-C", StringComparison.Ordinal));
        var indented = server.Log.Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal)).ToList();

        return (Assert.Single(indented, line => line.TrimStart().StartsWith("twine ", StringComparison.Ordinal)),
            Assert.Single(indented, line => line.TrimStart().StartsWith("pip ", StringComparison.Ordinal)));
    }
}
