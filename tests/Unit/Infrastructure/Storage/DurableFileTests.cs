using PyWharf.Infrastructure.Storage;

namespace PyWharf.Unit.Infrastructure.Storage;

public sealed class DurableFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pywharf-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_move_to_a_name_that_is_taken_changes_nothing()
    {
        var (from, to) = (Write("from", "new"), Write("to", "old"));

        Assert.False(DurableFile.TryMove(from, to));
        Assert.Equal("old", File.ReadAllText(to));
        Assert.Equal("new", File.ReadAllText(from));
    }

    [Fact]
    public void Of_two_moves_to_one_name_exactly_one_wins_every_time()
    {
        for (var round = 0; round < 500; round++)
        {
            var (a, b, to) = (Write($"a{round}", "a"), Write($"b{round}", "b"), Path.Combine(_folder, $"to{round}"));
            using var start = new Barrier(2);
            var won = new bool[2];

            Parallel.Invoke(
                () => { start.SignalAndWait(); won[0] = DurableFile.TryMove(a, to); },
                () => { start.SignalAndWait(); won[1] = DurableFile.TryMove(b, to); });

            Assert.True(won[0] ^ won[1]);
            Assert.Equal(won[0] ? "a" : "b", File.ReadAllText(to));
        }
    }

    [Fact]
    public void A_move_of_nothing_or_to_nowhere_throws()
    {
        Assert.Throws<IOException>(() => DurableFile.TryMove(Path.Combine(_folder, "none"), Path.Combine(_folder, "to")));
        Assert.Throws<IOException>(() => DurableFile.TryMove(Write("from", "x"), Path.Combine(_folder, "none", "to")));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_no_other()
    {
        var path = Write("config.toml", "old");

        Assert.Throws<InvalidOperationException>(() => DurableFile.WriteWhole(path, file =>
        {
            file.WriteByte(1);
            throw new InvalidOperationException();
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public void A_secret_file_is_for_its_owner_only()
    {
        var path = Path.Combine(_folder, "config.toml");

        DurableFile.WriteWhole(path, file => file.WriteByte(1), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Flushing_a_folder_that_is_not_there_throws()
    {
        Assert.Throws<IOException>(() => DurableFile.FlushFolder(Path.Combine(_folder, "none")));
        DurableFile.FlushFolder(_folder);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);

        return path;
    }
}
