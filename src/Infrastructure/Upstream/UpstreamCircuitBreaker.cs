using Microsoft.Extensions.Logging;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>
/// Opens when the upstream index can't be reached. While it is open no request waits for a connection: each is answered at once, and one of them
/// now and then starts a probe without waiting for it. Opening and closing are logged.
/// </summary>
internal sealed partial class UpstreamCircuitBreaker(string host, UpstreamOptions options, TimeProvider time, ILogger logger)
{
    private readonly Lock _lock = new();
    private volatile Failure? _failure;
    private long _probedAt;
    private TimeSpan _pause;

    /// <summary>What requests are answered while it is open; null while it is closed.</summary>
    public Failure? Failure => _failure;

    /// <summary>Whether it is time for another probe; true for one caller, who has to make it. The pause doubles each time, up to a maximum.</summary>
    public bool TryBeginProbe()
    {
        lock (_lock)
        {
            if (_failure is null || time.GetElapsedTime(_probedAt) < _pause)
            {
                return false;
            }

            Pause(_pause * 2);

            return true;
        }
    }

    /// <summary>Upstream can't be reached.</summary>
    public void Open(UpstreamException exception)
    {
        lock (_lock)
        {
            if (_failure is null)
            {
                Pause(options.FirstPause);
                Log.Opened(logger, exception.Message);
            }

            _failure = exception.ToFailure();
        }
    }

    /// <summary>Upstream responded, with whatever status.</summary>
    public void Close()
    {
        if (_failure is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_failure is not null)
            {
                _failure = null;
                Log.Closed(logger, host);
            }
        }
    }

    private void Pause(TimeSpan pause)
    {
        _probedAt = time.GetTimestamp();
        _pause = pause < options.LongestPause ? pause : options.LongestPause;
    }

    private static partial class Log
    {
        [LoggerMessage(3, LogLevel.Warning, "{Reason} Until it can, projects that are not here are answered 503")]
        public static partial void Opened(ILogger logger, string reason);

        [LoggerMessage(4, LogLevel.Information, "The upstream index at {Host} can be reached again")]
        public static partial void Closed(ILogger logger, string host);
    }
}
