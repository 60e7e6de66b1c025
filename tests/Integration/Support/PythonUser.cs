namespace PyWharf.Integration.Support;

/// <summary>Somebody who runs Python tools: an empty home, no configuration, no key ring, no cache but their own.</summary>
internal sealed class PythonUser : IDisposable
{
    private readonly TempFolder _home = new();

    /// <summary>The home, which is also where the tools run.</summary>
    public string Home => _home.Path;

    /// <summary>The path of something in the home.</summary>
    public string At(params string[] parts) => _home.At(parts);

    /// <summary>Runs a program. The environment has what is set here, and nothing else: no PIP_, TWINE_ or proxy variable of the machine's.</summary>
    public Task<ProcessResult> RunAsync(string program, IEnumerable<string> args, params (string Name, string Value)[] environment)
    {
        var start = ChildProcess.Describe(program, args,
        [
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("HOME", Home),
            ("TMPDIR", Home),
            ("LANG", "C.UTF-8"),
            ("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring"),
            ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
            ("PIP_NO_INPUT", "1"),
            ("TWINE_NON_INTERACTIVE", "1"),
            .. environment,
        ]);
        start.WorkingDirectory = Home;

        return ChildProcess.RunAsync(start);
    }

    /// <summary>Runs lines of a shell as somebody pastes them who has activated a virtual environment.</summary>
    public Task<ProcessResult> PasteAsync(string venvPython, string lines) => RunAsync(
        "/bin/bash", ["-e", "-c", lines], ("PATH", $"{Path.GetDirectoryName(venvPython)}:/usr/local/bin:/usr/bin:/bin"));

    /// <summary>Runs <c>python -m pip</c>.</summary>
    public Task<ProcessResult> PipAsync(string python, params string[] args) => RunAsync(python, ["-m", "pip", .. args]);

    /// <summary>Runs <c>twine upload</c>.</summary>
    /// <param name="repository">The upload URL.</param>
    /// <param name="user">The repository's name.</param>
    /// <param name="password">The write secret.</param>
    /// <param name="args">More arguments, the files among them.</param>
    public Task<ProcessResult> TwineUploadAsync(Uri repository, string user, string password, params string[] args) =>
        RunAsync(
            PythonClients.Twine ?? throw new InvalidOperationException("No twine: the test needs [FactWhen(Needs.Twine)]."),
            ["upload", "--disable-progress-bar", "--repository-url", repository.AbsoluteUri, .. args],
            ("TWINE_USERNAME", user),
            ("TWINE_PASSWORD", password));

    /// <summary>The interpreter that runs this pip: a virtual environment's where it has to be put there first.</summary>
    public async Task<string> WithPipAsync(Pip pip) => pip.IsInstalled ? pip.Python : await CreateVenvAsync(pip.Python);

    /// <summary>Makes a virtual environment and gives back its interpreter.</summary>
    public async Task<string> CreateVenvAsync(string python)
    {
        var folder = At("venv");
        (await RunAsync(python, ["-m", "venv", folder])).Succeeded();

        return Path.Combine(folder, "bin", "python");
    }

    public void Dispose() => _home.Dispose();
}
