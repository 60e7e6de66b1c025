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

    private string Fillers => System.IO.Path.Combine(Path, "fillers");

    /// <param name="megabytes">How much it holds.</param>
    /// <param name="inodes">How many files and folders; null for as many as fit.</param>
    public static async Task<TinyDisk> MountAsync(int megabytes, int? inodes = null)
    {
        var disk = new TinyDisk();
        (await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m{(inodes is null ? "" : $",nr_inodes={inodes}")}", "tmpfs", disk.Path)).Succeeded();

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

    /// <summary>Fills it but for this many files.</summary>
    public void FillButFiles(int files)
    {
        Directory.CreateDirectory(Fillers);
        var fillers = new Stack<string>();
        try
        {
            while (true)
            {
                var filler = System.IO.Path.Combine(Fillers, $"{fillers.Count}");
                File.WriteAllBytes(filler, []);
                fillers.Push(filler);
            }
        }
        catch (IOException)
        {
            // Full.
        }

        for (var free = 0; free < files && fillers.TryPop(out var filler); free++)
        {
            File.Delete(filler);
        }
    }

    /// <summary>Lets nobody write any more, root neither.</summary>
    public async Task ProtectAsync() => (await RunAsync("mount", "-o", "remount,ro", Path)).Succeeded();

    /// <summary>Gives back what was filled.</summary>
    public void Free()
    {
        File.Delete(Filler);
        if (Directory.Exists(Fillers))
        {
            Directory.Delete(Fillers, recursive: true);
        }
    }

    public void Dispose()
    {
        RunAsync("umount", "--lazy", Path).GetAwaiter().GetResult();
        _folder.Dispose();
    }

    private static Task<ProcessResult> RunAsync(string program, params string[] args) =>
        ChildProcess.RunAsync(ChildProcess.Describe(program, args, [("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")]));
}
