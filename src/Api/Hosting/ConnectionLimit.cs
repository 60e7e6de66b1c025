using System.Globalization;

namespace PyWharf.Api.Hosting;

/// <summary>
/// How many connections are open at one time: as many as the process's limit of open files (RLIMIT_NOFILE) has room for, or fewer where
/// --connection_limit says so. What comes beyond them is closed at once.
/// </summary>
/// <param name="Max">The number.</param>
/// <param name="Asked">What --connection_limit asked for, or null.</param>
internal sealed partial record ConnectionLimit(long Max, long? Asked)
{
    /// <summary>With fewer descriptors the server does not start: its libraries alone take some 450, two each.</summary>
    public const int MinOpenFiles = 640;

    // The socket, and at most two files: what is received or sent, and a lock or the copy that is made of it meanwhile.
    private const int PerConnection = 3;

    // What is opened later and belongs to no connection: catalogs, folders that are flushed, upstream, GitHub.
    private const int Reserve = 64;

    // Each takes some 7 KiB while it is idle: descriptors are not all that connections cost.
    private const int DefaultMax = 10_000;

    private const string LimitLine = "Max open files";

    /// <summary>
    /// The descriptors that this process may have; null where the system sets no limit, or has no /proc to read it from. The runtime has
    /// raised the soft limit to the hard one.
    /// </summary>
    public static long? OpenFiles { get; } = ReadOpenFiles();

    /// <summary>The limit of this process, which is to be asked for when all is loaded and opened that no connection opens.</summary>
    public static ConnectionLimit Of(ServerOptions options)
    {
        var room = OpenFiles is { } openFiles ? Room(openFiles, Directory.EnumerateFileSystemEntries("/proc/self/fd").Count()) : long.MaxValue;

        return new ConnectionLimit(Math.Min(options.ConnectionLimit ?? DefaultMax, room), options.ConnectionLimit);
    }

    /// <summary>Says what it is, where that is not what somebody asked for.</summary>
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

    /// <summary>How many connections fit into a limit of which some is taken already.</summary>
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
