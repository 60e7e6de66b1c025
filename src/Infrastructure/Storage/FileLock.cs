namespace PyWharf.Infrastructure.Storage;

/// <summary>A lock that one process at a time holds: an open file, so that it ends with the process, however that ends.</summary>
internal static class FileLock
{
    private const int WouldBlock = 11; // EWOULDBLOCK of Linux
    private const int WouldBlockOnMac = 35;
    private const int ReadOnlyFileSystem = 30; // EROFS
    private const int SharingViolation = unchecked((int)0x80070020); // ERROR_SHARING_VIOLATION of Windows

    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Waits for the lock and holds it until the result is disposed. Throws <see cref="IOException"/> where another process holds it for 30 seconds.
    /// </summary>
    public static Task<IDisposable> AcquireAsync(string path, TimeProvider time, CancellationToken cancellationToken) =>
        AcquireAsync(path, FileAccess.ReadWrite, time, cancellationToken);

    /// <summary>The same for what is only read: also where the file is there and can't be written, as on a disk that is read-only.</summary>
    // Written to where it can be: NFS locks exclusively only what is open for writing.
    public static async Task<IDisposable> AcquireToReadAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await AcquireAsync(path, time, cancellationToken);
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException || (exception is IOException && exception.HResult == ReadOnlyFileSystem))
        {
            return await AcquireAsync(path, FileAccess.Read, time, cancellationToken);
        }
    }

    private static async Task<IDisposable> AcquireAsync(string path, FileAccess access, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, Options(access));
            }
            catch (IOException exception) when (IsHeldElsewhere(exception))
            {
                if (time.GetElapsedTime(start) > Timeout)
                {
                    throw new IOException($"another process has held {path} for {Timeout.TotalSeconds} seconds", exception);
                }
            }

            await Task.Delay(Retry, time, cancellationToken);
        }
    }

    /// <summary>Whether the file could not be opened because another process holds it.</summary>
    public static bool IsHeldElsewhere(IOException exception) => exception.HResult is WouldBlock or WouldBlockOnMac or SharingViolation;

    // Only its owner may open it: whoever can open it can hold it.
    private static FileStreamOptions Options(FileAccess access)
    {
        var mode = access == FileAccess.Read ? FileMode.Open : FileMode.OpenOrCreate;
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = FileShare.None, BufferSize = 0 };
        if (mode != FileMode.Open && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
