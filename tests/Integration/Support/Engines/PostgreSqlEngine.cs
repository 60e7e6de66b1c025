using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using PyWharf.Infrastructure.Database.PostgreSql;

namespace PyWharf.Integration.Support.Engines;

/// <summary>
/// A PostgreSQL server with an empty cluster of its own, which demands a password. It ends with the process of the tests, however that ends. As
/// PostgreSQL refuses to run as root, it runs as user nobody then.
/// </summary>
internal sealed class PostgreSqlEngine : IDisposable
{
    /// <summary>Percent-encoded in URLs.</summary>
    public const string Password = "p@ss/word:%";

    private const string User = "wharf";

    private static readonly Lazy<Task<PostgreSqlEngine>> Common = new(() => Task.Run(() => StartAsync()));

    private readonly TempFolder _folder = new();
    private readonly IReadOnlyList<string> _settings;
    private Process? _process;

    private PostgreSqlEngine(IReadOnlyList<string> settings) => _settings = settings;

    /// <summary>Where initdb and postgres are; null where they are not installed. Debian has them outside the search path.</summary>
    public static string? Programs { get; } = (Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [])
        .OrderByDescending(version => int.TryParse(Path.GetFileName(version), CultureInfo.InvariantCulture, out var number) ? number : 0)
        .Select(version => Path.Combine(version, "bin"))
        .Append("/usr/bin")
        .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));

    /// <summary>The port, which stays the same.</summary>
    public int Port { get; } = FreePort();

    /// <summary>The process that all others are children of, for signals.</summary>
    public int ProcessId => int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    private string Data => _folder.At("cluster", "data");

    /// <summary>The engine that all tests of a run share. They don't stop it.</summary>
    public static Task<PostgreSqlEngine> SharedAsync() => Common.Value;

    /// <summary>An engine for one test, which may stop it.</summary>
    /// <param name="settings">Settings such as <c>max_connections=10</c>.</param>
    public static async Task<PostgreSqlEngine> StartAsync(params string[] settings)
    {
        var engine = new PostgreSqlEngine(settings);
        try
        {
            await engine.InitializeAsync();
            await engine.StartAgainAsync();

            return engine;
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>A new database on the shared engine.</summary>
    public static async Task<DatabaseUrl> NewDatabaseAsync() => Parse(await (await SharedAsync()).CreateDatabaseAsync());

    /// <summary>A URL that is known to be right.</summary>
    public static DatabaseUrl Parse(string url) => DatabaseUrl.TryParse(url, out var parsed, out var problem) ? parsed : throw new ArgumentException(problem, nameof(url));

    /// <summary>Creates a database; returns its URL.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Guid.NewGuid():N}";
        await ExecuteAsync("postgres", $"CREATE DATABASE {name} STRATEGY = file_copy");

        return Url(name);
    }

    /// <summary>The URL of a database, also through a proxy in front of the engine, or with other hosts before it.</summary>
    public string Url(string database, string? hosts = null) =>
        $"postgresql://{User}:{Uri.EscapeDataString(Password)}@{hosts ?? $"127.0.0.1:{Port}"}/{database}";

    /// <summary>Runs a statement, and returns its first value.</summary>
    public async Task<object?> ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);

        return await command.ExecuteScalarAsync();
    }

    /// <summary>Starts it again after <see cref="StopAsync"/> or <see cref="KillAsync"/>; returns once it takes connections.</summary>
    public async Task StartAgainAsync()
    {
        // The shell ends the server when its input is closed, as it is when this process ends.
        const string Script = "exec 3<&0; \"$@\" & server=$!; { cat <&3; kill -QUIT $server; } >/dev/null 2>&1 & wait $server";
        var start = ChildProcess.Describe(
            "/bin/sh",
            [
                "-c", Script, "sh", Path.Combine(Programs!, "postgres"), "-D", Data, "-p", $"{Port}", "-k", "", "-h", "127.0.0.1",
                "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=on", "-c", "max_connections=200", "-c", "log_min_messages=fatal",
                .. _settings.SelectMany(setting => (string[])["-c", setting]),
            ],
            [("LC_ALL", "C"), ("PATH", "/usr/bin:/bin")]);
        AsNobody(start);
        _process = Process.Start(start) ?? throw new InvalidOperationException("PostgreSQL did not start.");
        var log = _process.StandardError.ReadToEndAsync();
        _ = _process.StandardOutput.ReadToEndAsync();
        await Eventually.HoldsAsync("PostgreSQL takes connections", ChildProcess.HangGuard, async () =>
            _process.HasExited ? throw new InvalidOperationException(await log) : await AnswersAsync());
    }

    /// <summary>Ends it as a shutdown of its machine does; sessions are broken off.</summary>
    public Task StopAsync() => EndAsync("INT");

    /// <summary>Kills its processes, as a crash of its machine does.</summary>
    public Task KillAsync() => EndAsync("QUIT");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_process is { } process)
        {
            process.StandardInput.Close();
            process.WaitForExit(ChildProcess.HangGuard);
            process.Dispose();
        }

        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Has a program run as nobody where this process is root's.</summary>
    private static void AsNobody(ProcessStartInfo start)
    {
        start.WorkingDirectory = "/";
        if (Environment.IsPrivilegedProcess)
        {
            string[] args = ["--reuid=nobody", "--regid=nogroup", "--clear-groups", start.FileName, .. start.ArgumentList];
            start.FileName = "setpriv";
            start.ArgumentList.Clear();
            foreach (var arg in args)
            {
                start.ArgumentList.Add(arg);
            }
        }
    }

    private async Task InitializeAsync()
    {
        // nobody reaches the cluster through the folder, and owns the folder that it is made in.
        var cluster = Path.GetDirectoryName(Data)!;
        await File.WriteAllTextAsync(Path.Combine(cluster, "password"), Password);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chmod", ["a+x", _folder.Path], asNobody: false);
            await RunAsync("chown", ["-R", "nobody:nogroup", cluster], asNobody: false);
        }

        await RunAsync(
            Path.Combine(Programs!, "initdb"),
            ["-D", Data, "-U", User, "-A", "scram-sha-256", "--pwfile", Path.Combine(cluster, "password"), "-E", "UTF8", "--locale=C", "--no-sync"],
            asNobody: true);
    }

    private static async Task RunAsync(string program, IEnumerable<string> args, bool asNobody)
    {
        var start = ChildProcess.Describe(program, args, [("LC_ALL", "C"), ("PATH", "/usr/bin:/bin")]);
        if (asNobody)
        {
            AsNobody(start);
        }

        var result = await ChildProcess.RunAsync(start);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} failed: {result.Stdout}{result.Stderr}");
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await ExecuteAsync("postgres", "SELECT 1");

            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task EndAsync(string signal)
    {
        await RunAsync("kill", [$"-{signal}", $"{ProcessId}"], asNobody: false);
        await Eventually.HoldsAsync("PostgreSQL has ended", () => !File.Exists(Path.Combine(Data, "postmaster.pid")));
        _process!.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    // Without a pool, so that no connection is left when it is stopped or a database is dropped.
    private string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = User,
        Password = Password,
        Database = database,
        Pooling = false,
    }.ConnectionString;
}
