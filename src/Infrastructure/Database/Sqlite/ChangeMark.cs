using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>
/// A file by which the processes that share a catalog notify each other of changes: eight bytes, with a different number after each commit. Reading
/// it is one system call of a fraction of a microsecond. Where the file is missing or unusable, changes are noticed later, as each process asks the
/// database every second.
/// </summary>
// Not memory-mapped: a mapping raises SIGBUS when the file is truncated or the disk is full.
internal sealed partial class ChangeMark : IDisposable
{
    private const int Size = sizeof(long);

    private readonly string _path;
    private readonly ILogger _logger;
    private volatile SafeFileHandle? _file;
    private bool _warned;

    public ChangeMark(string path, ILogger logger)
    {
        (_path, _logger) = (path, logger);
        _file = Open();
    }

    /// <summary>A number that is different after each change; constant where the file can't be read.</summary>
    public long Value
    {
        get
        {
            var file = _file;

            return file is null ? 0 : ReadOf(file);
        }
    }

    /// <summary>Notifies other processes of a committed change.</summary>
    /// <param name="number">A number that was never used before.</param>
    public void Set(long number)
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        try
        {
            if (_file is { } file)
            {
                RandomAccess.Write(file, bytes, 0);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Warn(exception);
        }
    }

    /// <summary>Opens the file again where it was removed or replaced.</summary>
    public void Follow()
    {
        var now = Open();
        var before = _file;
        if (now is not null && before is not null && ReadOf(now) is var value && value == ReadOf(before))
        {
            now.Dispose();

            return;
        }

        _file = now;
        before?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static long ReadOf(SafeFileHandle file)
    {
        Span<byte> bytes = stackalloc byte[Size];
        try
        {
            return RandomAccess.Read(file, bytes, 0) == Size ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            return 0;
        }
    }

    private SafeFileHandle? Open()
    {
        try
        {
            if (Directory.Exists(_path) || new FileInfo(_path).LinkTarget is not null)
            {
                throw new IOException("it is no file");
            }

            var file = File.OpenHandle(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            _ = RandomAccess.GetLength(file); // throws for a pipe

            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            Warn(exception);

            return null;
        }
    }

    private void Warn(Exception exception)
    {
        if (!_warned)
        {
            _warned = true;
            Log.Useless(_logger, _path, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "{Path} can't be used ({Why}): what other processes on this root publish is shown here a second later, instead of at once.")]
        public static partial void Useless(ILogger logger, string path, string why);
    }
}
