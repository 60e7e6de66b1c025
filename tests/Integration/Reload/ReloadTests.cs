using PyWharf.Application.Access;
using PyWharf.Domain;
using PyWharf.Integration.Initialize;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Reload;

/// <summary>SIGHUP has a server read its configuration again, as a restart would, without one.</summary>
public sealed class ReloadTests : IDisposable
{
    private const string Taken = "was read again from";
    private const string Refused = "was read again and can't be used, so the one in use stays: ";

    private readonly TempFolder _folder = new();

    private string ConfigPath => _folder.At("etc", "config.toml");

    private string SecretPath => _folder.At("etc", "read-secret");

    private string AdminSecretPath => _folder.At("etc", "admin-secret");

    [Fact]
    public async Task A_rotated_secret_file_counts_from_then_on_and_a_download_under_way_is_not_broken()
    {
        using var server = await StartAsync();
        using var writer = server.Client("local", ServerFixture.WriteSecret);
        using var old = server.Client("local", "old");
        using var current = server.Client("local", "new");
        var large = Wheels.Build("large", "1.0", payload: 24 << 20, random: true);
        (await writer.UploadAsync(large)).With(200);
        using var download = await old.GetAsync(new Uri($"/simple/large/{large.Filename}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await download.Content.ReadAsStreamAsync();

        await File.WriteAllTextAsync(SecretPath, "new\n");
        (await current.AskAsync("/simple/")).With(401);
        await ReloadAsync(server, Taken);

        (await current.AskAsync("/simple/")).With(200);
        (await old.AskAsync("/simple/")).With(401);
        using var received = new MemoryStream();
        await body.CopyToAsync(received);
        Assert.Equal(large.Content, received.ToArray());
    }

    [Fact]
    public async Task An_upload_under_way_is_published()
    {
        using var server = await StartAsync();
        using var upload = await PausedUpload.StartAsync(server.BaseAddress, "local", ServerFixture.WriteSecret, Wheels.Build("slow", "1.0", payload: 4 << 20, random: true));
        await Eventually.HoldsAsync("it is received", () => Directory.EnumerateFiles(_folder.At("root", "cache", "local", "storage", ".staging")).Any());

        await File.WriteAllTextAsync(SecretPath, "new");
        await ReloadAsync(server, Taken);

        Assert.Equal(200, (await upload.FinishAsync()).Status);
        using var reader = server.Client("local", "new");
        Assert.Equal(["slow"], await reader.ReadProjectsAsync());
    }

    [Theory]
    [InlineData("[local]\ntype = \"file_system\"\nread_secert = \"a\"\n", "config.toml:3:1: unknown key \"read_secert\"")]
    [InlineData("[broken", "config.toml:1:8: ")]
    [InlineData("[local]\ntype = \"file_system\"\nread_secret_file = \"/none/such\"\n", "config.toml:3:20: \"read_secret_file\" in [local]: this file cannot be read")]
    [InlineData(null, "config.toml")]
    public async Task A_configuration_that_is_wrong_is_named_with_its_line_and_changes_nothing(string? config, string reason)
    {
        using var server = await StartAsync();
        using var reader = server.Client("local", "old");
        var good = await File.ReadAllTextAsync(ConfigPath);
        File.Delete(ConfigPath);
        if (config is not null)
        {
            await File.WriteAllTextAsync(ConfigPath, config);
        }

        await ReloadAsync(server, Refused);

        Assert.Contains(reason, server.Log.Split(Refused)[1].Split('\n')[0], StringComparison.Ordinal);
        (await reader.AskAsync("/simple/")).With(200);

        await File.WriteAllTextAsync(ConfigPath, good);
        await ReloadAsync(server, Taken);
        (await reader.AskAsync("/simple/")).With(200);
    }

    [Fact]
    public async Task One_wrong_repository_keeps_all_as_they_are()
    {
        using var server = await StartAsync();
        using var reader = server.Client("local", "old");
        await File.WriteAllTextAsync(SecretPath, "new");
        await File.AppendAllTextAsync(ConfigPath, "[second]\ntype = \"file_system\"\nread_secret_env = \"NOT_SET_ANYWHERE\"\n");

        await ReloadAsync(server, Refused);

        Assert.Contains("config.toml:7:19: \"read_secret_env\" in [second]", server.Log, StringComparison.Ordinal);
        (await reader.AskAsync("/simple/")).With(200);
        Assert.False(Directory.Exists(_folder.At("root", "cache", "second")));
    }

    [Fact]
    public async Task Sessions_go_on_for_as_long_as_their_secret_opens()
    {
        using var server = await StartAsync();
        using var browser = new Browser(server);
        (await browser.LogInAsync("local", "old")).With(303);

        await ReloadAsync(server, Taken);
        (await browser.VisitAsync("/simple/")).With(200);

        await File.WriteAllTextAsync(SecretPath, "new");
        await ReloadAsync(server, Taken);
        Assert.StartsWith("/login/", (await browser.VisitAsync("/simple/")).With(303)["Location"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_and_repositories_come_and_go()
    {
        var text = TokenText.New();
        using var server = await StartAsync();
        using var holder = server.Client("__token__", text.Reveal());
        using var second = server.Client("second", "s3cond");
        var before = await File.ReadAllTextAsync(ConfigPath);

        await File.AppendAllTextAsync(
            ConfigPath, $"[local.tokens.ci]\nsha256 = \"{TokenText.DigestOf(text)}\"\n[second]\ntype = \"file_system\"\nread_secret = \"s3cond\"\n");
        await ReloadAsync(server, Taken);
        (await holder.AskAsync("/local/simple/")).With(200);
        (await second.AskAsync("/second/simple/")).With(200);

        await File.WriteAllTextAsync(ConfigPath, before);
        await ReloadAsync(server, Taken);
        (await holder.AskAsync("/local/simple/")).With(401);
        (await second.AskAsync("/second/simple/")).With(401);
    }

    [Fact]
    public async Task A_rotated_admin_secret_counts_too()
    {
        using var server = await StartAsync();
        using var admin = server.Client("local", "new-admin");
        var config = await File.ReadAllTextAsync(ConfigPath);
        (await admin.InitializeAsync(config, "")).With(401);

        await File.WriteAllTextAsync(AdminSecretPath, "new-admin");
        await ReloadAsync(server, Taken);

        // It is the secret now; what it may send is another matter.
        (await admin.InitializeAsync("[broken", "")).With(400);
    }

    [Fact]
    public async Task What_was_changed_by_hand_in_the_root_folder_is_taken_and_may_be_replaced_then()
    {
        await File.WriteAllTextAsync(_folder.At("root", "config.toml"), ServerFixture.Config);
        await File.WriteAllTextAsync(_folder.At("root", "admin_secret.toml"), Admin);
        using var server = await PyWharfProcess.StartAsync(_folder.At("root"), config: null);
        using var admin = server.Client("local", "4dmin");
        using var reader = server.Client("local", "by-hand");
        await File.WriteAllTextAsync(_folder.At("root", "config.toml"), ServerFixture.Config.Replace(ServerFixture.ReadSecret, "by-hand", StringComparison.Ordinal));
        Assert.Contains("SIGHUP", (await admin.InitializeAsync(ServerFixture.Config, Admin)).With(409).Text, StringComparison.Ordinal);

        await ReloadAsync(server, Taken);

        (await reader.AskAsync("/simple/")).With(200);
        (await admin.InitializeAsync(ServerFixture.Config, Admin)).With(200);
        (await reader.AskAsync("/simple/")).With(401);
    }

    [Fact]
    public async Task A_server_with_files_of_its_own_goes_back_to_them_as_a_restart_would()
    {
        await File.WriteAllTextAsync(AdminSecretPath, "4dmin");
        using var server = await StartAsync();
        using var admin = server.Client("local", "4dmin");
        using var old = server.Client("local", "old");
        using var sent = server.Client("local", ServerFixture.ReadSecret);
        (await admin.InitializeAsync(ServerFixture.Config, Admin)).With(200);
        (await sent.AskAsync("/simple/")).With(200);

        await ReloadAsync(server, Taken);

        (await old.AskAsync("/simple/")).With(200);
        (await sent.AskAsync("/simple/")).With(401);
        Assert.Equal(ConfigPath, (await File.ReadAllTextAsync(_folder.At("root", "job", ".configuration_path"))).Trim());
    }

    [Fact]
    public async Task Where_nothing_is_configured_the_log_says_so()
    {
        using var server = await PyWharfProcess.StartAsync(_folder.At("root"), config: null);

        await ReloadAsync(server, Refused);
        Assert.Contains("there is no config.toml in", server.Log, StringComparison.Ordinal);

        await File.WriteAllTextAsync(_folder.At("root", "config.toml"), ServerFixture.Config);
        await ReloadAsync(server, Taken);
        using var reader = server.Client("local", ServerFixture.ReadSecret);
        (await reader.AskAsync("/simple/")).With(200);
    }

    [Fact]
    public async Task Of_a_configuration_that_was_given_as_text_the_files_with_secrets_are_read_again()
    {
        await File.WriteAllTextAsync(SecretPath, "old");
        using var server = await PyWharfProcess.StartAsync(
            _folder.At("root"), config: null, "--config_or_admin_secret_can_be_text", $"--config=[local]\ntype = \"file_system\"\nread_secret_file = \"{SecretPath}\"\n");
        using var reader = server.Client("local", "new");

        await File.WriteAllTextAsync(SecretPath, "new");
        await ReloadAsync(server, "was given as text by --config");

        (await reader.AskAsync("/simple/")).With(200);
    }

    [Fact]
    public async Task Many_signals_under_load_break_no_request_and_the_last_configuration_is_in_use()
    {
        using var server = await StartAsync();
        using var reader = server.Client("local", "old");
        using var writer = server.Client("local", ServerFixture.WriteSecret);
        (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        using var done = new CancellationTokenSource();
        var reading = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ReadAsync()));

        for (var count = 1; count <= 10; count++)
        {
            server.Send(PyWharfProcess.SigHup);
            server.Send(PyWharfProcess.SigHup);
            (await writer.UploadAsync(Wheels.Build("demo", $"{count}.1"))).With(200);
        }

        await File.AppendAllTextAsync(ConfigPath, "max_file_bytes = 10\n");
        server.Send(PyWharfProcess.SigHup);
        await Eventually.HoldsAsync(async () => (await writer.UploadAsync(Wheels.Build("demo", "99"))).Status == 413);
        await done.CancelAsync();
        Assert.True((await reading).Sum() > 0);
        Assert.DoesNotContain(Refused, server.Log, StringComparison.Ordinal);

        async Task<int> ReadAsync()
        {
            var count = 0;
            for (; !done.IsCancellationRequested; count++)
            {
                (await reader.AskAsync("/simple/demo/")).With(200);
            }

            return count;
        }
    }

    public void Dispose() => _folder.Dispose();

    private const string Admin = "[local]\ntype = \"file_system\"\nraw = \"4dmin\"\n";

    private async Task<PyWharfProcess> StartAsync()
    {
        await File.WriteAllTextAsync(SecretPath, "old\n");
        if (!File.Exists(AdminSecretPath))
        {
            await File.WriteAllTextAsync(AdminSecretPath, "old-admin");
        }

        await File.WriteAllTextAsync(ConfigPath, $"[local]\ntype = \"file_system\"\nread_secret_file = \"{SecretPath}\"\nwrite_secret = \"{ServerFixture.WriteSecret}\"\n");
        await File.WriteAllTextAsync(_folder.At("etc", "admin_secret.toml"), $"[local]\ntype = \"file_system\"\nfile = \"{AdminSecretPath}\"\n");

        return await PyWharfProcess.StartAsync(
            _folder.At("root"), config: null, $"--config={ConfigPath}", $"--admin_secret={_folder.At("etc", "admin_secret.toml")}");
    }

    /// <summary>Sends SIGHUP and waits until the log says what became of it once more.</summary>
    private static async Task ReloadAsync(PyWharfProcess server, string line)
    {
        var before = Count();
        server.Send(PyWharfProcess.SigHup);
        await Eventually.HoldsAsync($"it is logged: {line}", () => Count() > before);

        int Count() => server.Log.Split(line).Length;
    }
}
