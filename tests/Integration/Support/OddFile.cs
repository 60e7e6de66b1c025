using System.Runtime.InteropServices;

namespace PyWharf.Integration.Support;

/// <summary>What else than a file can lie under a name.</summary>
internal static class OddFile
{
    /// <summary>Puts something of that kind there, in place of what is there.</summary>
    /// <param name="path">Where.</param>
    /// <param name="kind">A word of <see cref="Kinds"/>.</param>
    public static void Put(string path, string kind)
    {
        File.Delete(path);
        switch (kind)
        {
            case "pipe":
                Assert.Equal(0, MakePipe(path, 0x1B6)); // 0666
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "link to a file":
                File.CreateSymbolicLink(path, "/etc/hostname");
                break;
            case "link to a folder":
                File.CreateSymbolicLink(path, "/etc");
                break;
            case "link to nothing":
                File.CreateSymbolicLink(path, "/no/such/thing");
                break;
            default:
                throw new ArgumentException(kind);
        }
    }

    /// <summary>Every kind.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["pipe", "folder", "link to a file", "link to a folder", "link to nothing"];

    [DllImport("libc", EntryPoint = "mkfifo")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MakePipe([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);
}
