namespace PyWharf.Infrastructure.Caching;

/// <summary>
/// Bounds the bytes of the downloads that are under way at one time, which are on disk before <see cref="DownloadStore"/> bounds them. One download alone may
/// have any length. Safe for concurrent use.
/// </summary>
/// <param name="mostBytes">The bound.</param>
internal sealed class DownloadBudget(long mostBytes)
{
    private readonly long _mostBytes = mostBytes;
    private readonly Lock _lock = new();
    private long _bytes;
    private int _downloads;

    /// <summary>Takes the bytes of a download, until the share is disposed of; null where it has to wait for others.</summary>
    /// <param name="bytes">Its length; 0 where that is unknown.</param>
    public Share? TryTake(long bytes)
    {
        lock (_lock)
        {
            if (_downloads > 0 && _bytes + bytes > _mostBytes)
            {
                return null;
            }

            _downloads++;
            _bytes += bytes;

            return new Share(this, bytes);
        }
    }

    /// <summary>What one download has.</summary>
    internal sealed class Share(DownloadBudget budget, long bytes) : IDisposable
    {
        private long _bytes = bytes;

        /// <summary>Takes more where so many bytes have arrived; false where that is too much beside the others.</summary>
        public bool TryGrow(long arrived)
        {
            lock (budget._lock)
            {
                var more = Math.Max(0, arrived - _bytes);
                if (more > 0 && budget._downloads > 1 && budget._bytes + more > budget._mostBytes)
                {
                    return false;
                }

                _bytes += more;
                budget._bytes += more;

                return true;
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (budget._lock)
            {
                budget._downloads--;
                budget._bytes -= _bytes;
            }
        }
    }
}
