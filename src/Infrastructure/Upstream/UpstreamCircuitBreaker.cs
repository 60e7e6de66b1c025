using Microsoft.Extensions.Logging;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>
/// Opens when the upstream index can't be reached. While it is open no request waits for a connection: each is answered at once, and one of them
/// now and then starts a probe without waiting for it. Opening and closing are logged. An index that answers, but with errors, is remembered too.
/// </summary>
internal sealed partial class UpstreamCircuitBreaker(string host, UpstreamOptions options, TimeProvider time, ILogger logger)
{
    private readonly Lock _lock = new();
    private volatile UpstreamTrouble? _trouble;
    private long _probedAt;
    private TimeSpan _pause;

    /// <summary>Why the last request failed, for whatever reason; null if it did not.</summary>
    public UpstreamTrouble? Trouble => _trouble;

    /// <summary>Whether it is time for another probe; true for one caller, who has to make it. The pause doubles each time, up to a maximum.</summary>
    public bool TryBeginProbe()
    {
        lock (_lock)
        {
            if (_trouble is null || time.GetElapsedTime(_probedAt) < _pause)
            {
                return false;
            }

            Pause(_pause * 2);

            return true;
        }
    }

    /// <summary>A request failed. The circuit opens if upstream can't be reached, and closes if it responded.</summary>
    public void Open(UpstreamException exception)
    {
        lock (_lock)
        {
            if (_trouble is null)
            {
                Pause(options.FirstPause);
            }

            var wasOffline = _trouble is { IsOffline: true };
            var isOffline = exception.IsOffline || (wasOffline && exception.IsTimeout);
            _trouble = new UpstreamTrouble(exception.ToFailure(), isOffline);
            if (isOffline && !wasOffline)
            {
                Log.Opened(logger, exception.Message);
            }
            else if (wasOffline && !isOffline)
            {
                Log.Closed(logger, host);
            }
        }
    }

    /// <summary>Upstream responded, and not with an error.</summary>
    public void Close()
    {
        if (_trouble is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_trouble is { IsOffline: true })
            {
                Log.Closed(logger, host);
            }

            _trouble = null;
        }
    }

    private void Pause(TimeSpan pause)
    {
        _probedAt = time.GetTimestamp();
        _pause = pause < options.LongestPause ? pause : options.LongestPause;
    }

    private static partial class Log
    {
        [LoggerMessage(3, LogLevel.Warning, "{Reason} Until it can, what is kept of it is served, and other projects that are not here are answered 503")]
        public static partial void Opened(ILogger logger, string reason);

        [LoggerMessage(4, LogLevel.Information, "The upstream index at {Host} can be reached again")]
        public static partial void Closed(ILogger logger, string host);
    }
}
