using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Storage;

/// <summary>Says to the log what a client is not told. What goes on and on is said once a minute. Safe for concurrent use.</summary>
internal sealed partial class StorageFaults(TimeProvider time, ILogger logger) : IStorageFaults
{
    private const int MostRemembered = 1000;

    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, long> _said = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Failure? Explain(Exception exception, string what)
    {
        var failure = StorageError.FailureOf(exception);
        if (failure is not null && IsNews(exception, what))
        {
            Log.Failed(logger, what, exception is SqliteException ? $"catalog.db: {exception.Message}" : exception.Message);
        }

        return failure;
    }

    private bool IsNews(Exception exception, string what)
    {
        // The name of the file itself mostly differs each time.
        var place = exception.Message.LastIndexOf(Path.DirectorySeparatorChar) is > 0 and var end ? exception.Message[..end] : exception.Message;
        var key = $"{what}: {place}";
        if (_said.TryGetValue(key, out var before) && time.GetElapsedTime(before) < Quiet)
        {
            return false;
        }

        if (_said.Count >= MostRemembered)
        {
            _said.Clear();
        }

        _said[key] = time.GetTimestamp();

        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{What} failed, as the storage is in trouble: {Why}")]
        public static partial void Failed(ILogger logger, string what, string why);
    }
}
