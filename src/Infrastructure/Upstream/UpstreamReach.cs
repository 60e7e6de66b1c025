using Microsoft.Extensions.Logging;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>
/// Whether the upstream index can be reached at all. While it can't, nobody waits for a connection: a request is answered at once, and one of them
/// now and then starts a try that it does not wait for. The log says when that begins and when it ends.
/// </summary>
internal sealed partial class UpstreamReach(string host, UpstreamSettings settings, TimeProvider time, ILogger logger)
{
    private readonly Lock _lock = new();
    private volatile Failure? _lost;
    private long _triedAt;
    private TimeSpan _pause;

    /// <summary>Why there is no use in waiting for an answer; null when there is one.</summary>
    public Failure? Lost => _lost;

    /// <summary>Whether it is time for another try; true for one caller, who has to make it. The pauses between tries grow.</summary>
    public bool TakeTry()
    {
        lock (_lock)
        {
            if (_lost is null || time.GetElapsedTime(_triedAt) < _pause)
            {
                return false;
            }

            Pause(_pause * 2);

            return true;
        }
    }

    /// <summary>Upstream can't be reached.</summary>
    public void Lose(UpstreamException trouble)
    {
        lock (_lock)
        {
            if (_lost is null)
            {
                Pause(settings.FirstPause);
                Log.Lost(logger, trouble.Message);
            }

            _lost = trouble.ToFailure();
        }
    }

    /// <summary>Upstream answered, whatever it said.</summary>
    public void Find()
    {
        if (_lost is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_lost is not null)
            {
                _lost = null;
                Log.Found(logger, host);
            }
        }
    }

    private void Pause(TimeSpan pause)
    {
        _triedAt = time.GetTimestamp();
        _pause = pause < settings.LongestPause ? pause : settings.LongestPause;
    }

    private static partial class Log
    {
        [LoggerMessage(3, LogLevel.Warning, "{Trouble} Until it can, projects that are not here are answered 503")]
        public static partial void Lost(ILogger logger, string trouble);

        [LoggerMessage(4, LogLevel.Information, "The upstream index at {Host} can be reached again")]
        public static partial void Found(ILogger logger, string host);
    }
}
