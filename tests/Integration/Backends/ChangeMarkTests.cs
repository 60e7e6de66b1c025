using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Integration.GitHub;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Backends;

/// <summary>The file by which processes on one root tell each other of changes, and what may happen to it.</summary>
public sealed class ChangeMarkTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly IndexServer.ListLogger _log = new();

    private string Path => _folder.At("catalog.mark");

    [Fact]
    public void What_one_process_tells_all_hear()
    {
        using var here = Open();
        using var there = Open();

        here.Set(1_764_000_000_000_001);
        Assert.Equal(1_764_000_000_000_001, there.Value);

        there.Set(1_764_000_000_000_002);
        Assert.Equal(here.Value, there.Value);
        Assert.Empty(_log.Warnings);
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("garbage")]
    [InlineData("longer")]
    [InlineData("removed")]
    [InlineData("replaced")]
    public void Whatever_happens_to_the_file_they_find_each_other_again(string what)
    {
        using var here = Open();
        using var there = Open();
        here.Set(5);
        switch (what)
        {
            case "truncated":
                using (var file = new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                {
                    file.SetLength(3);
                }

                break;
            case "garbage":
                Write("\uffff\uffff\uffff\uffff");
                break;
            case "longer":
                Write(new string('x', 5000));
                break;
            case "removed":
                File.Delete(Path);
                break;
            default:
                File.Delete(Path);
                Write("12345678");
                break;
        }

        using var late = Open();
        _ = (here.Value, there.Value);
        here.Follow();
        there.Follow();

        here.Set(6);
        Assert.Equal(6, there.Value);
        there.Set(7);
        Assert.Equal((7, 7), (here.Value, late.Value));
        late.Set(8);
        Assert.Equal((8, 8), (here.Value, there.Value));
        Assert.Empty(_log.Warnings);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_can_not_be_used_is_said_once_and_no_trouble(bool isFolder)
    {
        if (isFolder)
        {
            Directory.CreateDirectory(Path);
        }
        else
        {
            File.CreateSymbolicLink(Path, _folder.At("elsewhere"));
        }

        using var mark = Open();
        mark.Set(1);
        mark.Follow();

        Assert.Equal(0, mark.Value);
        Assert.Single(_log.Warnings);
        Assert.False(File.Exists(_folder.At("elsewhere")));
    }

    public void Dispose() => _folder.Dispose();

    private ChangeMark Open() => new(Path, _log);

    private void Write(string text)
    {
        using var file = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(System.Text.Encoding.Unicode.GetBytes(text));
    }
}
