namespace PyWharf.Infrastructure.Storage;

/// <summary>A lock that one process at a time holds: an open file, so that it ends with the process, however that ends.</summary>
internal static class FileLock
{
    private const int WouldBlock = 11; // EWOULDBLOCK of Linux
    private const int WouldBlockOnMac = 35;
    private const int SharingViolation = unchecked((int)0x80070020); // ERROR_SHARING_VIOLATION of Windows

    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Waits for the lock and holds it until the result is disposed. Throws <see cref="IOException"/> where another process holds it for 30 seconds.
    /// </summary>
    public static async Task<IDisposable> AcquireAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, Options());
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
    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
