namespace PyWharf.Infrastructure.Storage;

/// <summary>A lock that one process at a time holds: an open file, so that it ends with the process, however that ends.</summary>
internal static class FileLock
{
    private const int WouldBlock = 11; // EWOULDBLOCK of Linux
    private const int WouldBlockOnMac = 35;
    private const int SharingViolation = unchecked((int)0x80070020); // ERROR_SHARING_VIOLATION of Windows

    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Waits for the lock and holds it until what is returned is disposed. Throws IOException where others hold it for 10 seconds.</summary>
    public static async Task<IDisposable> AcquireAsync(string path, TimeProvider time)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (exception.HResult is WouldBlock or WouldBlockOnMac or SharingViolation)
            {
                if (time.GetElapsedTime(start) > Patience)
                {
                    throw new IOException($"another process has held {path} for {Patience.TotalSeconds} seconds", exception);
                }
            }

            await Task.Delay(Retry, time);
        }
    }
}
