using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;

namespace PyWharf.Integration.Support;

/// <summary>The real program in a process of its own, as its users run it.</summary>
internal sealed class PyWharfProcess : IDisposable
{
    public const int SigHup = 1;
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    private const string ReadyLine = "Listening on ";

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "pywharf.dll");

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PyWharfProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where it listens, with a slash at the end.</summary>
    public Uri BaseAddress => _ready.Task.IsCompletedSuccessfully ? _ready.Task.Result : throw new InvalidOperationException("Not ready.");

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>The most memory it has had so far, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            _process.Refresh();

            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>The assemblies and native libraries that it has loaded, by their paths.</summary>
    public IReadOnlyList<string> Libraries =>
    [
        .. (from line in File.ReadLines($"/proc/{_process.Id}/maps")
            let path = line[(line.LastIndexOf(' ') + 1)..]
            where path.EndsWith(".dll", StringComparison.Ordinal) || path.Contains(".so", StringComparison.Ordinal)
            select path).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>All it has written so far, standard output and error together.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>The memory that it uses now.</summary>
    public long MemoryBytes
    {
        get
        {
            _process.Refresh();

            return _process.WorkingSet64;
        }
    }

    /// <summary>How many files and connections it has open; on Linux.</summary>
    public int OpenFiles => Directory.GetFileSystemEntries($"/proc/{_process.Id}/fd").Length;

    /// <summary>Starts the server over a root folder on a free port of the loopback, without an upstream, and waits until it listens.</summary>
    /// <param name="root">The root folder; <c>config.toml</c> is written to it.</param>
    /// <param name="config">The configuration; null leaves the server without one, for <c>/initialize/</c>.</param>
    /// <param name="flags">More flags; a flag given here takes the place of this method's own.</param>
    public static Task<PyWharfProcess> StartAsync(string root, string? config, params string[] flags)
    {
        // Tests err more often than people.
        var own = new List<(string Name, string Value)> { ("--host", "127.0.0.1"), ("--port", "0"), ("--extra_index_url", ""), ("--login_failures", "0"), ("--access_log", "False") };
        if (config is not null)
        {
            Directory.CreateDirectory(root);
            File.WriteAllText(Path.Combine(root, "config.toml"), config);
            own.Add(("--config", Path.Combine(root, "config.toml")));
        }

        var taken = flags.Select(flag => flag.Split('=')[0]).ToHashSet();
        var args = own.Where(flag => !taken.Contains(flag.Name)).Select(flag => $"{flag.Name}={flag.Value}");

        return StartAsync(["server", root, .. args, .. flags], []);
    }

    /// <summary>The same for a process that may have so many descriptors and no more.</summary>
    public static async Task<PyWharfProcess> StartLimitedAsync(int openFiles, string root, string config, params string[] flags)
    {
        await File.WriteAllTextAsync(Path.Combine(root, "config.toml"), config);

        return await StartAsync(Limited(openFiles, ["server", root, "--host=127.0.0.1", "--port=0", "--config=" + Path.Combine(root, "config.toml"), .. flags]));
    }

    /// <summary>Starts the program with a standard error that is open and that nobody reads.</summary>
    /// <param name="pipe">The path of that pipe, which is made.</param>
    /// <param name="args">The arguments.</param>
    public static Task<PyWharfProcess> StartUnreadAsync(string pipe, IEnumerable<string> args) => StartAsync(ChildProcess.Describe(
        "/bin/sh", ["-c", "mkfifo \"$0\" && exec 3<>\"$0\" && exec \"$@\" 2>\"$0\"", pipe, DotnetHost(), Program, .. args], InheritedForDotnet()));

    /// <summary>Runs a command to its end with so many descriptors and no more.</summary>
    public static Task<ProcessResult> RunLimitedAsync(int openFiles, params IEnumerable<string> args) => ChildProcess.RunAsync(Limited(openFiles, args));

    /// <summary>Starts the program with these arguments, in a folder if one is given, and waits until it listens.</summary>
    public static async Task<PyWharfProcess> StartAsync(
        IEnumerable<string> args, IEnumerable<(string Name, string Value)> environment, string folder = "")
    {
        var start = Describe(args, environment);
        start.WorkingDirectory = folder;

        return await StartAsync(start);
    }

    /// <summary>The same for another build of the program.</summary>
    public static async Task<PyWharfProcess> StartAsync(ProcessStartInfo start)
    {
        var server = new PyWharfProcess(Process.Start(start) ?? throw new InvalidOperationException("No process."));
        try
        {
            var ended = server._process.WaitForExitAsync();
            var first = await Task.WhenAny(server._ready.Task, ended).WaitAsync(ChildProcess.HangGuard);
            if (first == ended)
            {
                throw new InvalidOperationException($"It ended with exit code {server._process.ExitCode} before it listened.\n{server.Log}");
            }

            await server._ready.Task;
            return server;
        }
        catch (TimeoutException)
        {
            server.Dispose();
            throw new TimeoutException($"It never listened.\n{server.Log}");
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Runs a command to its end.</summary>
    public static Task<ProcessResult> RunAsync(
        IEnumerable<string> args, IEnumerable<(string Name, string Value)>? environment = null, string stdin = "") =>
        ChildProcess.RunAsync(Describe(args, environment ?? []), stdin);

    /// <summary>The same, for a user whose mask (umask) lets everybody read and write.</summary>
    public static Task<ProcessResult> RunUnmaskedAsync(IEnumerable<string> args)
    {
        var start = Describe(args, []);

        return ChildProcess.RunAsync(ChildProcess.Describe(
            "/bin/sh", ["-c", "umask 0; exec \"$@\"", "sh", start.FileName, .. start.ArgumentList], InheritedForDotnet()));
    }

    /// <summary>Runs a command at a terminal, where a person types a line when a question is on it. All that it shows is the standard output.</summary>
    public static Task<ProcessResult> RunAtTerminalAsync(IEnumerable<string> args, string line) => ChildProcess.RunAsync(ChildProcess.Describe(
        PythonClients.Python ?? "", ["-c", Terminal, line, DotnetHost(), Program, .. args], InheritedForDotnet()));

    /// <summary>Starts the program and, as soon as the condition holds, sends it a signal. Gives back its exit code and all it wrote.</summary>
    public static async Task<(int ExitCode, string Log)> InterruptAsync(IEnumerable<string> args, Func<bool> when, int signal = SigTerm)
    {
        using var program = new PyWharfProcess(Process.Start(Describe(args, [])) ?? throw new InvalidOperationException("No process."));
        await Eventually.HoldsAsync("it is where it is to be interrupted", when);

        program.Send(signal);

        return (await program.EndAsync(), program.Log);
    }

    /// <summary>A client that neither follows redirects nor keeps cookies, with HTTP Basic when a user is given.</summary>
    public HttpClient Client(string? user = null, string password = "")
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
        var client = new HttpClient(handler) { BaseAddress = BaseAddress };
        if (user is not null)
        {
            client.DefaultRequestHeaders.Authorization = Basic(user, password);
        }

        return client;
    }

    /// <summary>The address with user and password in it, as pip and twine are given it.</summary>
    /// <param name="path">Relative to <see cref="BaseAddress"/>.</param>
    /// <param name="user">The repository.</param>
    /// <param name="password">The secret, in clear.</param>
    public string UrlFor(string path, string user, string password) =>
        new UriBuilder(new Uri(BaseAddress, path)) { UserName = user, Password = Uri.EscapeDataString(password) }.Uri.AbsoluteUri;

    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    /// <summary>A crash: SIGKILL, which nothing in the program can answer.</summary>
    public async Task Kill9Async()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(ChildProcess.HangGuard);
    }

    /// <summary>The polite end: SIGTERM. Gives back the exit code.</summary>
    public Task<int> TerminateAsync()
    {
        Send(SigTerm);

        return EndAsync();
    }

    /// <summary>Sends it a signal.</summary>
    public void Send(int signal) => Assert.Equal(0, Signal(_process.Id, signal));

    /// <summary>Waits until it has ended. Gives back the exit code.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(ChildProcess.HangGuard);

        return _process.ExitCode;
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static ProcessStartInfo Describe(IEnumerable<string> args, IEnumerable<(string Name, string Value)> environment) =>
        ChildProcess.Describe(DotnetHost(), [Program, .. args], [.. InheritedForDotnet(), .. environment]);

    private static ProcessStartInfo Limited(int openFiles, IEnumerable<string> args) => ChildProcess.Describe(
        "/bin/sh", ["-c", $"ulimit -n {openFiles} && exec \"$0\" \"$@\"", DotnetHost(), Program, .. args], InheritedForDotnet());

    private const string Terminal = """
        import os, pty, sys
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvp(sys.argv[2], sys.argv[2:])
        shown, asked = b"", False
        while True:
            try:
                read = os.read(terminal, 4096)
            except OSError:
                break
            if not read:
                break
            shown += read
            if b"[y/N] " in shown and not asked:
                asked = True
                os.write(terminal, (sys.argv[1] + "\n").encode())
        sys.stdout.write(shown.decode())
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        """;

    private static string DotnetHost() => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>What the .NET host and SDK take from the environment.</summary>
    public static IEnumerable<(string Name, string Value)> InheritedForDotnet() =>
        from name in new[] { "PATH", "HOME", "DOTNET_ROOT", "NUGET_PACKAGES", "TMPDIR" }
        let value = Environment.GetEnvironmentVariable(name)
        where value is not null
        select (name, value);

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_log)
        {
            _log.Append(line).Append('\n');
        }

        // As it is, or in a JSON object.
        if (line.Split(ReadyLine) is [_, var rest] && Uri.TryCreate(rest.Split('"')[0].TrimEnd('/') + "/", UriKind.Absolute, out var address))
        {
            _ready.TrySetResult(address);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);
}
