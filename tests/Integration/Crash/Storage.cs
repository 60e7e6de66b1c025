namespace PyWharf.Integration.Crash;

/// <summary>What lies in the folder of a file_system repository, seen past the server.</summary>
/// <param name="root">The server's root folder.</param>
internal sealed class Storage(string root)
{
    private const string Meta = ".meta";

    private readonly string _storage = Path.Combine(root, "cache", "local", "storage");

    /// <summary>The uploads under way, and what was left of them.</summary>
    public IReadOnlyList<string> Staged => Names(Path.Combine(_storage, ".staging"));

    /// <summary>The distribution files.</summary>
    public IReadOnlyList<string> Files => [.. All.Where(name => !name.EndsWith(Meta, StringComparison.Ordinal))];

    /// <summary>The distribution files that have their .meta beside them.</summary>
    public IReadOnlyList<string> Described => [.. All.Where(name => name.EndsWith(Meta, StringComparison.Ordinal)).Select(name => name[..^Meta.Length])];

    // The records of projects begin with a dot.
    private IEnumerable<string> All => Directory.GetDirectories(_storage).Where(folder => Path.GetFileName(folder) != ".staging").SelectMany(Names)
        .Where(name => !name.StartsWith('.'));

    private static string[] Names(string folder) => [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path))];
}
