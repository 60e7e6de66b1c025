using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Cli;

/// <summary>A server does not start on a configuration that is wrong, and says where it is.</summary>
public sealed class BadConfigurationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("[local", "config.toml:1:7")]
    [InlineData("[local]\ntype = \"file_system\"\nread_secert = \"a\"\n", "config.toml:3:1: unknown key \"read_secert\" in [local]")]
    [InlineData("[local]\ntype = \"file_system\"\nmax_file_bytes = \"1\"\n", "config.toml:3:18: ")]
    [InlineData("[local]\ntype = \"file_system\"\nsync_index_interval = 0\n", "config.toml:3:23: ")]
    [InlineData("[local]\ntype = \"file_system\"\n[local.policy]\nrequire_digets = true\n", "config.toml:4:1: unknown key \"require_digets\" in [local.policy]")]
    [InlineData("[local]\ntype = \"file_system\"\n[local.policy]\nrequire_digest = \"yes\"\n", "config.toml:4:18: \"require_digest\" in [local.policy] must be true, false or \"warn\"")]
    [InlineData("[local]\ntype = \"file_system\"\n[local.policy]\ndeletion = \"owner\"\n", "config.toml:4:12: \"deletion\" in [local.policy] must be \"write\" or \"admin\"")]
    [InlineData("[local]\ntype = \"file_system\"\n[local.tokens.ci]\nsha265 = \"a\"\n", "config.toml:4:1: unknown key \"sha265\" in [local.tokens.ci]")]
    [InlineData("[local]\ntype = \"file_system\"\n[local.tokens.ci]\n", "config.toml:3:15: [local.tokens.ci] lacks the key \"sha256\"")]
    [InlineData("[local]\nread_secret = \"a\"\n", "config.toml:1:2: ")]
    [InlineData("[local]\ntype = \"floppy\"\n", "config.toml:2:8: unknown type \"floppy\"")]
    [InlineData("[simple]\ntype = \"file_system\"\n", "config.toml:1:2: ")]
    [InlineData("[a]\ntype = \"file_system\"\n[A]\ntype = \"file_system\"\n", "config.toml:3:2: ")]
    [InlineData("type = \"file_system\"\n", "config.toml:1:1: ")]
    [InlineData("", "config.toml:1:1: ")]
    public async Task A_document_that_is_wrong_is_named_with_line_and_column(string config, string where)
    {
        await File.WriteAllTextAsync(_folder.At("config.toml"), config);

        await FailsAsync(where, "--config", _folder.At("config.toml"));
    }

    [Fact]
    public async Task A_document_that_is_no_utf8_is_named_with_line_and_column()
    {
        await File.WriteAllBytesAsync(_folder.At("latin1.toml"), Encoding.Latin1.GetBytes("[local]\ntype = \"file_system\"\nread_secret = \"gr\u00fcn\"\n"));
        await File.WriteAllTextAsync(_folder.At("good.toml"), ServerFixture.Config);
        await File.WriteAllBytesAsync(_folder.At("utf16.toml"), Encoding.Unicode.GetBytes(ServerFixture.Config));
        Directory.CreateDirectory(_folder.At("kept", "lock"));
        File.Copy(_folder.At("latin1.toml"), _folder.At("kept", "config.toml"));

        await FailsAsync("latin1.toml:3:18: this is no UTF-8", "--config", _folder.At("latin1.toml"));
        await FailsAsync("utf16.toml:1:1: this is UTF-16", "--config", _folder.At("utf16.toml"));
        await FailsAsync("latin1.toml:3:18: ", "--config", _folder.At("good.toml"), "--admin_secret", _folder.At("latin1.toml"));
        await FailsAsync("--config:2:3: ", "--config", "[local]\na=\uFFFD\n", "--config_or_admin_secret_can_be_text");
        Assert.Contains("config.toml:3:18: ", (await PyWharfProcess.RunAsync(["server", _folder.At("kept"), "--host=127.0.0.1", "--port=0"])).Failed().Stderr, StringComparison.Ordinal);
        Assert.Contains("config.toml:3:18: ", (await PyWharfProcess.RunAsync(["status", "local", "demo", $"--root={_folder.At("kept")}"])).Failed().Stderr, StringComparison.Ordinal);
        Assert.Contains("latin1.toml:3:18: ", (await PyWharfProcess.RunAsync(["status", "local", "demo", $"--root={_folder.Path}", $"--config={_folder.At("latin1.toml")}"])).Failed().Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public Task A_name_that_would_drive_the_terminal_is_escaped() =>
        FailsAsync("\\u001b[2J\\u202e\\u000d.toml", "--config", _folder.At("\u001b[2J\u202e\r.toml"));

    [Fact]
    public Task A_file_that_is_not_there_is_named() => FailsAsync("none.toml", "--config", _folder.At("none.toml"));

    [Fact]
    public Task Text_in_place_of_a_file_is_taken_where_that_is_allowed() =>
        FailsAsync("--config:1:2: ", "--config", "[simple]\ntype = \"file_system\"\n", "--config_or_admin_secret_can_be_text");

    [Fact]
    public async Task An_admin_secret_whose_variable_is_not_set_is_named()
    {
        await File.WriteAllTextAsync(_folder.At("config.toml"), ServerFixture.Config);
        await File.WriteAllTextAsync(_folder.At("admin_secret.toml"), $"[{ServerFixture.Repository}]\ntype = \"file_system\"\nenv = \"NOT_SET_ANYWHERE\"\n");

        await FailsAsync("admin_secret.toml:3:7: ", "--config", _folder.At("config.toml"), "--admin_secret", _folder.At("admin_secret.toml"));
    }

    public void Dispose() => _folder.Dispose();

    private async Task FailsAsync(string reason, params string[] flags)
    {
        var failed = await PyWharfProcess.RunAsync(["server", _folder.At("root"), "--host=127.0.0.1", "--port=0", .. flags]);

        Assert.Equal(1, failed.ExitCode);
        Assert.Contains(reason, Assert.Single(failed.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}
