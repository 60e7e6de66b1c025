using PyWharf.Application.Ports;
using PyWharf.Infrastructure.State;

namespace PyWharf.Unit.Infrastructure.State;

/// <summary>Both documents are the old ones or the new ones, whatever went wrong in between.</summary>
public sealed class FileConfigurationStoreTests : IDisposable
{
    private static readonly ConfigurationDocuments Old = new("config = \"old\"\n", "secret = \"old\"\n");
    private static readonly ConfigurationDocuments New = new("config = \"new\"\n", "secret = \"new\"\n");

    private readonly ServerRoot _root = new(Directory.CreateTempSubdirectory("pywharf-test-").FullName);
    private readonly FileConfigurationStore _kept;

    public FileConfigurationStoreTests()
    {
        _root.Create();
        _kept = new FileConfigurationStore(_root, TimeProvider.System);
    }

    private string Journal => _root.At("job", "initialize");

    [Fact]
    public async Task What_is_kept_is_read_and_is_another_one_each_time()
    {
        Assert.Null(await _kept.ReadAsync(default));
        Assert.False(_kept.Exists);

        var first = await KeepAsync(Old);
        var second = await KeepAsync(Old);

        Assert.Equal((Old.Config, Old.AdminSecret), await TextsAsync());
        Assert.NotEqual(first.StoredAs, second.StoredAs);
        Assert.Equal((second.StoredAs, second), (_kept.Stamp, await _kept.ReadAsync(default)));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Without_admin_secrets_none_of_an_earlier_one_are_left()
    {
        await KeepAsync(Old);
        await KeepAsync(New with { AdminSecret = null });

        Assert.Equal((New.Config, null), await TextsAsync());
    }

    // What a killed process leaves: the copies of what was there, and some of the new files.
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task What_was_begun_and_not_finished_is_undone(bool hasConfig, bool hasAdminSecret)
    {
        var old = await KeepAsync(Old);
        Directory.CreateDirectory(Journal);
        foreach (var (path, isReplaced) in new[] { (_root.At("config.toml"), hasConfig), (_root.At("admin_secret.toml"), hasAdminSecret) })
        {
            File.Copy(path, Path.Combine(Journal, Path.GetFileName(path)));
            File.WriteAllText(path, isReplaced ? "new" : File.ReadAllText(path));
            File.WriteAllText($"{path}.{Guid.NewGuid():N}.new", "half a document");
        }

        Assert.Equal(old, await _kept.ReadAsync(default));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task What_was_not_there_before_goes_with_what_was_not_finished()
    {
        Directory.CreateDirectory(Journal);
        File.WriteAllText(Path.Combine(Journal, "config.toml.none"), "");
        File.WriteAllText(Path.Combine(Journal, "admin_secret.toml.none"), "");
        File.WriteAllText(_root.At("config.toml"), New.Config);

        Assert.Null(await _kept.ReadAsync(default));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task What_was_finished_stays_and_what_is_left_of_it_is_swept()
    {
        await KeepAsync(New);
        Directory.CreateDirectory(_root.At("job", $".initialize.{Guid.NewGuid():N}"));

        Assert.Equal((New.Config, New.AdminSecret), await TextsAsync());
        AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("config.toml")]
    [InlineData("admin_secret.toml")]
    public async Task A_file_that_can_not_be_replaced_changes_neither(string name)
    {
        // A folder in its place is as little replaced as a file that is mounted.
        await KeepAsync(Old);
        File.Delete(_root.At(name));
        Directory.CreateDirectory(Path.Combine(_root.At(name), "in the way"));
        var other = _root.At(name == "config.toml" ? "admin_secret.toml" : "config.toml");
        var before = await File.ReadAllTextAsync(other);

        await Assert.ThrowsAnyAsync<SystemException>(() => KeepAsync(New));

        Assert.Equal(before, await File.ReadAllTextAsync(other));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Files_of_the_operators_stay()
    {
        await File.WriteAllTextAsync(_root.At("config.toml.mine.new"), "mine");

        await KeepAsync(Old);

        Assert.Equal("mine", await File.ReadAllTextAsync(_root.At("config.toml.mine.new")));
    }

    [Fact]
    public async Task No_repository_is_in_its_way()
    {
        foreach (var name in (string[])["initialized", "initialize.d", "configuration_path"])
        {
            Directory.CreateDirectory(_root.At("job", name));
        }

        await KeepAsync(Old);
        _root.NoteConfigurationPath("/etc/config.toml");

        Assert.Equal((Old.Config, Old.AdminSecret), await TextsAsync());
        Assert.Equal(3, Directory.GetDirectories(_root.At("job")).Length);
    }

    [Fact]
    public async Task One_at_a_time_looks_and_changes()
    {
        var isHeld = new TaskCompletionSource();
        var goesOn = new TaskCompletionSource();
        var first = _kept.ChangeAsync(
            async kept =>
            {
                isHeld.SetResult();
                await goesOn.Task;

                return await kept.KeepAsync(Old, default);
            },
            default);
        await isHeld.Task;
        var second = _kept.ChangeAsync(kept => kept.ReadAsync(default), default);
        var reading = _kept.ReadAsync(default);
        Assert.False(second.IsCompleted);
        Assert.False(reading.IsCompleted);

        goesOn.SetResult();
        await first;

        Assert.Equal(Old.Config, (await second)?.Config);
        Assert.Equal(Old.Config, (await reading)?.Config);
    }

    [Fact]
    public async Task Where_no_server_was_nothing_is_made_to_look()
    {
        var root = new ServerRoot(Path.Combine(_root.Path, "none"));

        Assert.Null(await new FileConfigurationStore(root, TimeProvider.System).ReadAsync(default));
        Assert.False(Directory.Exists(root.Path));
    }

    [Fact]
    public async Task A_document_that_is_no_utf8_is_named_with_its_place()
    {
        await File.WriteAllBytesAsync(_root.At("config.toml"), [.. "a = \""u8, 0xFC]);

        var exception = await Assert.ThrowsAsync<IOException>(() => _kept.ReadAsync(default));

        Assert.StartsWith($"{_root.At("config.toml")}:1:6: this is no UTF-8", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_root.Path, recursive: true);

    private Task<ConfigurationDocuments> KeepAsync(ConfigurationDocuments documents) => _kept.ChangeAsync(kept => kept.KeepAsync(documents, default), default);

    private async Task<(string? Config, string? AdminSecret)> TextsAsync() => await _kept.ReadAsync(default) is { } kept ? (kept.Config, kept.AdminSecret) : default;

    private void AssertNothingIsLeft()
    {
        Assert.Empty(Directory.EnumerateDirectories(_root.At("job")));
        Assert.Empty(Directory.EnumerateFiles(_root.Path, "*.new"));
    }
}
