namespace PyWharf.Integration.Support;

/// <summary>Which Pythons and clients this machine has. None of them is needed: see <see cref="Needs"/>.</summary>
internal static class PythonClients
{
    private static readonly string[] Folders = ["/usr/local/bin", "/usr/bin", "/bin"];

    /// <summary>The system's python3.</summary>
    public static string? Python { get; } = Find("python3");

    public static string? Twine { get; } = Find("twine");

    public static string? Flit { get; } = Find("flit");

    public static string? Poetry { get; } = Find("poetry");

    /// <summary>The interpreters that bring a pip, oldest version first: the system's, and those that pyenv has installed.</summary>
    public static IReadOnlyList<string> Interpreters { get; } =
        [.. Pyenv().Append(Python).OfType<string>().Where(python => Has(python, "pip"))];

    /// <summary>For <c>[MemberData]</c>: the interpreters, one to a row.</summary>
    public static IEnumerable<object[]> EachInterpreter => Interpreters.Select(python => new object[] { python });

    /// <summary>A program in the system's folders; not those of the PATH, where a version switcher may stand before it.</summary>
    public static string? Find(string program) => Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Whether an interpreter has a module.</summary>
    public static bool Has(string python, string module)
    {
        var start = ChildProcess.Describe(python, ["-c", $"import {module}"], [("PATH", "/usr/bin:/bin")]);

        return ChildProcess.RunAsync(start).GetAwaiter().GetResult().ExitCode == 0;
    }

    private static IEnumerable<string> Pyenv()
    {
        var versions = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".pyenv", "versions");

        return !Directory.Exists(versions) ? [] :
            from folder in Directory.EnumerateDirectories(versions)
            let python = Path.Combine(folder, "bin", "python")
            where File.Exists(python)
            orderby Version.TryParse(Path.GetFileName(folder), out var version) ? version : new Version()
            select python;
    }
}
