namespace PyWharf.Integration.Support;

/// <summary>A file system of its own in memory, so small that it can be filled. Takes root.</summary>
internal sealed class TinyDisk : IDisposable
{
    private readonly TempFolder _folder = new();

    private TinyDisk()
    {
    }

    /// <summary>Where it is mounted.</summary>
    public string Path => _folder.Path;

    private string Filler => System.IO.Path.Combine(Path, "filler");

    public static async Task<TinyDisk> MountAsync(int megabytes)
    {
        var disk = new TinyDisk();
        (await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Path)).Succeeded();

        return disk;
    }

    /// <summary>Whether this machine lets us: tried, since being root is not always enough.</summary>
    public static bool CanMount()
    {
        try
        {
            MountAsync(1).GetAwaiter().GetResult().Dispose();

            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>Fills it but for this many bytes.</summary>
    public void FillBut(int bytes)
    {
        using var filler = new FileStream(Filler, FileMode.Append);
        var page = new byte[4096];
        while (new DriveInfo(Path).AvailableFreeSpace - page.Length >= bytes)
        {
            filler.Write(page);
            filler.Flush();
        }
    }

    /// <summary>Lets nobody write any more, root neither.</summary>
    public async Task ProtectAsync() => (await RunAsync("mount", "-o", "remount,ro", Path)).Succeeded();

    /// <summary>Gives back what was filled.</summary>
    public void Free() => File.Delete(Filler);

    public void Dispose()
    {
        RunAsync("umount", "--lazy", Path).GetAwaiter().GetResult();
        _folder.Dispose();
    }

    private static Task<ProcessResult> RunAsync(string program, params string[] args) =>
        ChildProcess.RunAsync(ChildProcess.Describe(program, args, [("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")]));
}
