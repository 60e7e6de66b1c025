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

    public static string? Pipenv { get; } = Find("pipenv");

    public static string? Pdm { get; } = Find("pdm");

    /// <summary>Each pip of this machine, oldest first, of the system's Pythons and of those that pyenv has installed.</summary>
    public static IReadOnlyList<Pip> Pips { get; } =
    [
        .. SystemPythons().Concat(PyenvPythons()).Select(Pip.Of).OfType<Pip>()
            .DistinctBy(pip => pip.File).OrderBy(pip => pip.Version).ThenBy(pip => pip.PythonVersion),
    ];

    /// <summary>For <c>[MemberData]</c>: the interpreters that have a pip, one to a row.</summary>
    public static IEnumerable<object[]> EachPip => Pips.Select(pip => new object[] { pip.Python });

    /// <summary>What is known of the pip in a row.</summary>
    public static Pip PipOf(string python) => Pips.Single(pip => pip.Python == python);

    /// <summary>A program in the system's folders; not those of the PATH, where a version switcher may stand before it.</summary>
    public static string? Find(string program) => Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Whether an interpreter has a module.</summary>
    public static bool Has(string python, string module)
    {
        var start = ChildProcess.Describe(python, ["-c", $"import {module}"], [("PATH", "/usr/bin:/bin")]);

        return ChildProcess.RunAsync(start).GetAwaiter().GetResult().ExitCode == 0;
    }

    private static IEnumerable<string> SystemPythons() =>
        from folder in Folders
        where Directory.Exists(folder)
        from path in Directory.EnumerateFiles(folder, "python3*").Order(StringComparer.Ordinal)
        where Version.TryParse(Path.GetFileName(path)["python".Length..] is "3" ? "3.0" : Path.GetFileName(path)["python".Length..], out _)
        select path;

    private static IEnumerable<string> PyenvPythons()
    {
        var versions = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".pyenv", "versions");

        return !Directory.Exists(versions) ? [] :
            from folder in Directory.EnumerateDirectories(versions)
            let python = Path.Combine(folder, "bin", "python")
            where File.Exists(python)
            select python;
    }
}
