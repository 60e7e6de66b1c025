namespace PyWharf.Integration.Support;

/// <summary>The wall clock of a server that a test sets, by libfaketime; the clock of its timers and the times of its files stay those of the machine.</summary>
internal sealed class FakedClock : IDisposable
{
    private readonly TempFolder _folder = new();

    public FakedClock() => Set("+0");

    /// <summary>Where Debian keeps the library.</summary>
    public static string? Library { get; } =
        ((string[])["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"]).Select(folder => $"{folder}/faketime/libfaketimeMT.so.1").FirstOrDefault(File.Exists);

    /// <summary>What makes a process use it.</summary>
    public IEnumerable<(string Name, string Value)> Environment =>
    [
        ("LD_PRELOAD", Library ?? ""), ("FAKETIME_TIMESTAMP_FILE", _folder.At("time")), ("FAKETIME_NO_CACHE", "1"), ("FAKETIME_DISABLE_SHM", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"), ("NO_FAKE_STAT", "1"),
    ];

    /// <summary>Sets it: <c>+2h</c> is two hours after the machine's, <c>-1y</c> a year before it.</summary>
    public void Set(string offset)
    {
        // Never seen empty.
        File.WriteAllText(_folder.At("next"), offset + "\n");
        File.Replace(_folder.At("next"), Touch(_folder.At("time")), null);
    }

    public void Dispose() => _folder.Dispose();

    private static string Touch(string path)
    {
        using (new FileStream(path, FileMode.OpenOrCreate))
        {
            return path;
        }
    }
}
