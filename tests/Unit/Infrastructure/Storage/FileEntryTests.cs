using System.Runtime.InteropServices;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Unit.Infrastructure.Storage;

public sealed class FileEntryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pywharf-test-").FullName;

    [Fact]
    public void A_file_has_the_length_and_the_time_that_the_framework_says()
    {
        var path = Make("file", [1, 2, 3]);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 2, 3, 4, 5, 678, 900, DateTimeKind.Utc));

        Assert.Equal(new FileEntry(FileEntryKind.File, 3, new FileInfo(path).LastWriteTimeUtc.Ticks), FileEntry.At(path) with { Inode = 0 });
        Assert.Equal(new DirectoryInfo(_folder).LastWriteTimeUtc.Ticks, FileEntry.At(_folder).Ticks);
    }

    [Fact]
    public void A_link_is_a_link_whatever_it_leads_to()
    {
        var file = Make("file", []);
        foreach (var (name, target) in new[] { ("to-file", file), ("to-folder", _folder), ("to-nothing", "/no/such/thing"), ("to-itself", "to-itself") })
        {
            File.CreateSymbolicLink(At(name), target);

            Assert.Equal(FileEntryKind.Link, FileEntry.At(At(name)).Kind);
        }
    }

    [Fact]
    public void A_pipe_is_no_file_and_is_not_waited_for()
    {
        Assert.Equal(0, MakePipe(At("pipe"), 0x180)); // 0600

        Assert.Equal(FileEntryKind.Other, FileEntry.At(At("pipe")).Kind);
        Assert.Equal(FileEntryKind.Other, FileEntry.At("/dev/null").Kind);
    }

    [Fact]
    public void Where_nothing_is_there_is_nothing()
    {
        Assert.Equal(FileEntryKind.None, FileEntry.At(At("nothing")).Kind);
        Assert.Equal(FileEntryKind.None, FileEntry.At(Path.Combine(Make("file", []), "below")).Kind);
        Assert.Equal(FileEntryKind.Folder, FileEntry.At(_folder).Kind);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    private string Make(string name, byte[] content)
    {
        File.WriteAllBytes(At(name), content);

        return At(name);
    }

    [DllImport("libc", EntryPoint = "mkfifo")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MakePipe([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);
}
