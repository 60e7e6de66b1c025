using System.Security.Cryptography;
using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Auth;

/// <summary>Secrets that the configuration does not hold itself: in a variable, in a file, or as a digest.</summary>
public sealed class SecretFormsTests : IDisposable
{
    private const string Variable = "TEAM_READ";

    private readonly TempFolder _folder = new();

    private static string DigestOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    [Fact]
    public async Task A_variable_and_a_file_hold_secrets()
    {
        using var server = await StartAsync($"read_secret_env = \"{Variable}\"\nwrite_secret_file = \"{SecretFile(ServerFixture.WriteSecret)}\"\n");

        await OpensAsync(server);
        Assert.DoesNotContain(" has no ", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_digest_is_enough_to_recognise_a_secret_and_is_none_itself()
    {
        using var server = await StartAsync(Hashed);

        await OpensAsync(server);
        using var guesser = server.Client("local", DigestOf(ServerFixture.WriteSecret));
        (await guesser.AskAsync("/simple/")).With(401);
    }

    [Theory]
    [InlineData("read_secret = \"x\"\nread_secret_env = \"TEAM_READ\"\n", "config.toml:4:1: [local] has \"read_secret\" and \"read_secret_env\"")]
    [InlineData("read_secret_env = \"NOT_SET_ANYWHERE\"\n", "config.toml:3:19: \"read_secret_env\" in [local]: the environment variable of this name is not set, or empty")]
    [InlineData("write_secret_file = \"/none/such\"\n", "config.toml:3:21: \"write_secret_file\" in [local]: this file cannot be read: ")]
    [InlineData("write_secret_sha256 = \"12\"\n", "config.toml:3:23: \"write_secret_sha256\" in [local] must be the SHA-256 of the secret")]
    public async Task A_server_does_not_start_without_a_secret_that_it_is_to_have(string lines, string reason)
    {
        await File.WriteAllTextAsync(_folder.At("config.toml"), Repository + lines);

        var failed = await PyWharfProcess.RunAsync(["server", _folder.At("root"), "--host=127.0.0.1", "--port=0", $"--config={_folder.At("config.toml")}"]);

        Assert.Contains(reason, Assert.Single(failed.Failed().Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("root")));
    }

    [Theory]
    [InlineData(Hashed)]
    [InlineData("read_secret_env = \"TEAM_READ\"\nwrite_secret_env = \"TEAM_WRITE\"\n")]
    public async Task Commands_on_the_machine_need_no_secret_that_only_the_server_knows(string lines)
    {
        using (var server = await StartAsync(lines))
        {
            using var writer = server.Client("local", ServerFixture.WriteSecret);
            (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        }

        (await RunAsync("yank", "local", "demo", "1.0")).Succeeded();
        (await RunAsync("update_index", "file_system", "local")).Succeeded();
        (await RunAsync("delete", "local", "demo", "1.0")).Succeeded();
    }

    [Fact]
    public async Task A_secret_that_a_command_is_given_is_compared_with_a_digest()
    {
        using (var server = await StartAsync(Hashed))
        {
            using var writer = server.Client("local", ServerFixture.WriteSecret);
            (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        }

        Assert.Contains("not the repository's write secret", (await RunAsync("update_index", "file_system", "local", "--secret=wrong")).Failed().Stderr, StringComparison.Ordinal);
        (await RunAsync("update_index", "file_system", "local", $"--secret={ServerFixture.WriteSecret}")).Succeeded();
        (await RunAsync("yank", "local", "demo", "1.0", "--secret=wrong")).Failed();
        (await RunAsync("yank", "local", "demo", "1.0", $"--secret={ServerFixture.WriteSecret}")).Succeeded();
    }

    [Fact]
    public async Task A_secret_that_a_command_is_given_cannot_be_compared_with_one_that_it_cannot_read()
    {
        (await StartAsync($"write_secret_env = \"{Variable}\"\n")).Dispose();

        Assert.Contains("config.toml:3:20: \"write_secret_env\" in [local]", (await RunAsync("yank", "local", "demo", "1.0", "--secret=any")).Failed().Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flags_of_update_index_go_before_another_form_of_the_configuration()
    {
        (await StartAsync(Hashed)).Dispose();
        (await RunAsync("update_index", "file_system", "local", "--write_secret=12345", "--secret=12345")).Succeeded();
        Assert.Contains(
            "not the repository's write secret",
            (await RunAsync("update_index", "file_system", "local", "--write_secret=12345", $"--secret={ServerFixture.WriteSecret}")).Failed().Stderr,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_has_to_show_a_secret_where_everybody_may_read()
    {
        using var server = await StartAsync($"anonymous_read = true\nwrite_secret = \"{ServerFixture.WriteSecret}\"\n");
        using var nobody = server.Client();

        (await nobody.AskAsync("/simple/")).With(200);
        (await nobody.AskAsync("/local/simple/")).With(200);
        Assert.StartsWith("Basic", (await nobody.UploadAsync(Wheels.Build("demo", "1.0"))).With(401)["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.DoesNotContain("read_secret", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_may_take_more_than_the_write_secret()
    {
        using var server = await StartAsync($"{Hashed}[local.policy]\ndeletion = \"admin\"\n");
        using var writer = server.Client("local", ServerFixture.WriteSecret);
        (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);

        using var refused = await writer.DeleteAsync(new Uri("/api/projects/demo/versions/1.0", UriKind.Relative));

        Assert.Equal(403, (int)refused.StatusCode);
    }

    [Theory]
    [InlineData("admin", ServerFixture.WriteSecret, true)]
    [InlineData("admin", "another", false)]
    [InlineData("write", ServerFixture.WriteSecret, false)]
    public async Task An_admin_secret_that_everybody_has_who_writes_is_warned_of(string deletion, string adminSecret, bool isWarned)
    {
        await File.WriteAllTextAsync(_folder.At("admin_secret.toml"), $"{Repository}raw = \"{adminSecret}\"\n");

        using var server = await StartAsync($"{Hashed}[local.policy]\ndeletion = \"{deletion}\"\n", $"--admin_secret={_folder.At("admin_secret.toml")}");

        // The log is written in the background: one more line shows that it is complete.
        server.Send(PyWharfProcess.SigHup);
        await Eventually.HoldsAsync("it is read again", () => server.Log.Contains("was read again", StringComparison.Ordinal));
        Assert.Equal(isWarned, server.Log.Contains("its admin secret is its write secret", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private const string Repository = "[local]\ntype = \"file_system\"\n";

    private const string Hashed =
        """
        read_secret_sha256 = "{digest of the read secret}"
        write_secret_sha256 = "{digest of the write secret}"

        """;

    private Task<PyWharfProcess> StartAsync(string lines, params string[] flags)
    {
        Directory.CreateDirectory(_folder.At("root"));
        var config = lines
            .Replace("{digest of the read secret}", DigestOf(ServerFixture.ReadSecret), StringComparison.Ordinal)
            .Replace("{digest of the write secret}", DigestOf(ServerFixture.WriteSecret), StringComparison.Ordinal);
        File.WriteAllText(_folder.At("config.toml"), Repository + config);

        return PyWharfProcess.StartAsync(
            ["server", _folder.At("root"), "--host=127.0.0.1", "--port=0", "--extra_index_url=", $"--config={_folder.At("config.toml")}", .. flags],
            [(Variable, ServerFixture.ReadSecret), ("TEAM_WRITE", ServerFixture.WriteSecret)]);
    }

    private Task<ProcessResult> RunAsync(params string[] args) => PyWharfProcess.RunAsync([.. args, $"--root={_folder.At("root")}", .. args[0] == "delete" ? ["--yes"] : Array.Empty<string>()]);

    private string SecretFile(string secret)
    {
        File.WriteAllText(_folder.At("secret"), secret + "\n");

        return _folder.At("secret");
    }

    private static async Task OpensAsync(PyWharfProcess server)
    {
        using var reader = server.Client("local", ServerFixture.ReadSecret);
        using var writer = server.Client("local", ServerFixture.WriteSecret);
        using var nobody = server.Client("local", "");

        (await reader.AskAsync("/simple/")).With(200);
        (await reader.UploadAsync(Wheels.Build("demo", "1.0"))).With(403);
        (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        (await nobody.AskAsync("/simple/")).With(401);
    }
}
