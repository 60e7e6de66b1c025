using System.Diagnostics;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.GitHub;

/// <summary>Serves a folder with <c>python3 -m http.server</c>.</summary>
internal sealed class StaticServer : IDisposable
{
    private readonly Process _process;

    private StaticServer(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>The URL of the folder, ending in a slash.</summary>
    public Uri Address { get; }

    public static async Task<StaticServer> StartAsync(string folder)
    {
        var start = ChildProcess.Describe(
            PythonClients.Python ?? throw new InvalidOperationException("The test needs [FactWhen(Needs.Python)]."),
            ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", folder],
            [("PATH", "/usr/bin:/bin")]);
        start.RedirectStandardError = false;
        var process = Process.Start(start) ?? throw new InvalidOperationException("No process.");
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(ChildProcess.HangGuard) ?? "";

        // "Serving HTTP on 127.0.0.1 port 45123 (http://127.0.0.1:45123/) ..."
        return new StaticServer(process, new Uri(line.Split('(', ')')[1]));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
