using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>
/// A small file by which the processes that share a catalog tell each other of changes: eight bytes, another number after each commit. To read it
/// is one system call of a fraction of a microsecond. Whatever happens to the file (it is gone, full of other bytes, can't be written), a process
/// hears of changes a moment later, as it asks the database every second too.
/// </summary>
// It is read and not mapped: a mapping ends the process (SIGBUS) when somebody truncates the file, or the disk has no page for it.
internal sealed partial class ChangeMark : IDisposable
{
    private const int Size = sizeof(long);

    private readonly string _path;
    private readonly ILogger _logger;
    private volatile SafeFileHandle? _file;
    private bool _complained;

    public ChangeMark(string path, ILogger logger)
    {
        (_path, _logger) = (path, logger);
        _file = Open();
    }

    /// <summary>Another number after each change; always the same where the file can't be read.</summary>
    public long Value
    {
        get
        {
            var file = _file;

            return file is null ? 0 : ReadOf(file);
        }
    }

    /// <summary>Tells of a change, after it was committed.</summary>
    /// <param name="number">One that was never told before.</param>
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
            Complain(exception);
        }
    }

    /// <summary>Finds out whether the file that is open is still the one that other processes have: somebody may have removed it.</summary>
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
            _ = RandomAccess.GetLength(file); // refuses a pipe

            return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            Complain(exception);

            return null;
        }
    }

    private void Complain(Exception exception)
    {
        if (!_complained)
        {
            _complained = true;
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
