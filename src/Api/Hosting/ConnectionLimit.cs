using System.Globalization;

namespace PyWharf.Api.Hosting;

/// <summary>
/// The maximum number of simultaneous connections: as many as the limit of open files (RLIMIT_NOFILE) allows, or fewer if --connection_limit says
/// so. Further connections are closed at once.
/// </summary>
/// <param name="Max">The maximum.</param>
/// <param name="Asked">The value of --connection_limit, or null.</param>
internal sealed partial record ConnectionLimit(long Max, long? Asked)
{
    /// <summary>The server does not start with fewer file descriptors: its assemblies alone take some 450, two each.</summary>
    public const int MinOpenFiles = 640;

    // A socket and at most two files: the file received or sent, and a lock or a copy in progress.
    private const int PerConnection = 3;

    // For descriptors opened later that belong to no connection: catalogs, flushed folders, upstream, GitHub.
    private const int Reserve = 64;

    // An idle connection takes some 7 KiB of memory, too.
    private const int DefaultMax = 10_000;

    private const string LimitLine = "Max open files";

    /// <summary>
    /// The limit of open files of this process; null if there is none, or no /proc. The runtime has raised the soft limit to the hard one.
    /// </summary>
    public static long? OpenFiles { get; } = ReadOpenFiles();

    /// <summary>Computes the limit. To be called after everything that is not opened per connection is loaded.</summary>
    public static ConnectionLimit Of(ServerOptions options)
    {
        var room = OpenFiles is { } openFiles ? Room(openFiles, Directory.EnumerateFileSystemEntries("/proc/self/fd").Count()) : long.MaxValue;

        return new ConnectionLimit(Math.Min(options.ConnectionLimit ?? DefaultMax, room), options.ConnectionLimit);
    }

    /// <summary>Logs the limit, unless it is the requested one.</summary>
    public void WriteTo(ILogger logger)
    {
        if (Asked is null)
        {
            Log.Derived(logger, Max, OpenFiles);
        }
        else if (Asked > Max)
        {
            Log.TooHigh(logger, Asked, OpenFiles, Max);
        }
    }

    /// <summary>The number of connections for a limit of open files, some of which are in use.</summary>
    internal static long Room(long openFiles, int taken) => Math.Max(1, (openFiles - taken - Reserve) / PerConnection);

    private static long? ReadOpenFiles()
    {
        const string Limits = "/proc/self/limits";
        var line = File.Exists(Limits) ? File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith(LimitLine, StringComparison.Ordinal)) : null;
        var soft = line?[LimitLine.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];

        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "At most {Limit} connections are open at one time, with RLIMIT_NOFILE at {OpenFiles}; --connection_limit sets another number.")]
        public static partial void Derived(ILogger logger, long limit, long? openFiles);

        [LoggerMessage(Level = LogLevel.Warning, Message = "--connection_limit={Asked} does not fit into RLIMIT_NOFILE, which is {OpenFiles}: at most {Limit} connections are open at one time. Raise RLIMIT_NOFILE (ulimit -n, LimitNOFILE= of systemd, --ulimit nofile= of a container) or ask for less.")]
        public static partial void TooHigh(ILogger logger, long? asked, long? openFiles, long limit);
    }
}
