using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Storage;

/// <summary>Logs the details of storage errors, which clients are not told, once a minute for each place. Safe for concurrent use.</summary>
internal sealed partial class StorageFaults(TimeProvider time, ILogger logger) : IStorageFaults
{
    private const int MostRemembered = 1000;

    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, long> _logged = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Failure? Explain(Exception exception, string what)
    {
        var failure = StorageError.FailureOf(exception);
        if (failure is not null && exception is not DatabaseUnavailableException { IsBusy: false } && IsDue(exception, what))
        {
            Log.Failed(logger, what, exception is SqliteException ? $"catalog.db: {exception.Message}" : exception.Message);
        }

        return failure;
    }

    private bool IsDue(Exception exception, string what)
    {
        // By folder, as the file mostly differs each time.
        var place = exception.Message.LastIndexOf(Path.DirectorySeparatorChar) is > 0 and var end ? exception.Message[..end] : exception.Message;
        var key = $"{what}: {place}";
        if (_logged.TryGetValue(key, out var before) && time.GetElapsedTime(before) < Quiet)
        {
            return false;
        }

        if (_logged.Count >= MostRemembered)
        {
            _logged.Clear();
        }

        _logged[key] = time.GetTimestamp();

        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{What} failed, as the storage is in trouble: {Why}")]
        public static partial void Failed(ILogger logger, string what, string why);
    }
}
