using System.Text.RegularExpressions;

namespace PyWharf.Integration.Support;

/// <summary>A pip with the Python that runs it, and what it is known to do since which version (https://pip.pypa.io/en/stable/news/).</summary>
/// <param name="Python">The interpreter's path.</param>
/// <param name="File">Where that leads in the end: the same for all names of one interpreter.</param>
/// <param name="PythonVersion">The interpreter's version.</param>
/// <param name="Version">pip's version.</param>
/// <param name="IsInstalled">Whether it is there already; else a virtual environment of this Python gets it.</param>
internal sealed partial record Pip(string Python, string File, Version PythonVersion, Version Version, bool IsInstalled)
{
    private const string Probe =
        """
        import os, sys
        try:
            from pip import __version__ as version
            installed = True
        except ImportError:
            import ensurepip, venv
            version = ensurepip.version()
            installed = False
        print("%s %d.%d.%d %s %s" % (installed, sys.version_info[0], sys.version_info[1], sys.version_info[2], version, os.path.realpath(sys.executable)))
        """;

    /// <summary>PEP 592.</summary>
    public bool KnowsYanks => Version >= new Version(19, 2);

    /// <summary>PEP 517 with a backend that lies in the sdist.</summary>
    public bool BuildsSdists => Version >= new Version(20, 0);

    /// <summary>Tries other versions where requirements contradict each other.</summary>
    public bool Backtracks => Version >= new Version(20, 3);

    /// <summary>PEP 691.</summary>
    public bool AsksForJson => Version >= new Version(22, 2);

    /// <summary>PEP 658 by an HTML page.</summary>
    public bool ReadsMetadataByHtml => Version >= new Version(22, 3);

    /// <summary>PEP 658 by a JSON page: PEP 714 tells why not before.</summary>
    public bool ReadsMetadataByJson => Version >= new Version(23, 2);

    /// <summary>The pip of an interpreter; null where it has none and can't get one.</summary>
    public static Pip? Of(string python)
    {
        var probe = ChildProcess.RunAsync(ChildProcess.Describe(python, ["-c", Probe], [("PATH", "/usr/bin:/bin")])).GetAwaiter().GetResult();

        return probe.ExitCode == 0
            && probe.Stdout.Trim().Split(' ', 4) is [var installed, var pythonVersion, var version, var file]
            && LeadingNumbers().Match(version) is { Success: true, Value: var numbers }
                ? new Pip(python, file, Version.Parse(pythonVersion), Version.Parse(numbers), installed == "True")
                : null;
    }

    [GeneratedRegex(@"\A[0-9]+\.[0-9]+(\.[0-9]+)?")]
    private static partial Regex LeadingNumbers();
}
