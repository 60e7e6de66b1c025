using System.Text;
using System.Threading.Channels;

namespace PyWharf.Api.Observability;

/// <summary>
/// Writes a line for each request to standard error, in the background: no request waits for it. If what reads the lines is too slow, lines are dropped,
/// and a line says how many.
/// </summary>
internal sealed class AccessLog : BackgroundService
{
    /// <summary>The most entries that wait to be written; they have 25 MB at most.</summary>
    private const int Capacity = 8_192;

    private const int EntriesPerWrite = 256;

    // Awakened by time and not by each entry, which would cost a request more than the entry itself.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.1);

    private static readonly TimeSpan LongestLastWrite = TimeSpan.FromSeconds(2);

    private readonly Channel<AccessLogEntry> _entries = Channel.CreateBounded<AccessLogEntry>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly LogFormat _format;
    private readonly TimeProvider _time;
    private readonly TextWriter _output;
    private long _dropped;

    /// <param name="format">The form of the lines.</param>
    /// <param name="time">The clock of the lines.</param>
    public AccessLog(LogFormat format, TimeProvider time)
        : this(format, time, Console.Error)
    {
    }

    /// <summary>The same with another output than standard error.</summary>
    internal AccessLog(LogFormat format, TimeProvider time, TextWriter output)
    {
        _format = format;
        _time = time;
        _output = output;
    }

    /// <summary>Has an entry written, or counts it as dropped.</summary>
    public void Add(AccessLogEntry entry)
    {
        if (!_entries.Writer.TryWrite(entry))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                WriteAll();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped below.
        }
    }

    /// <summary>The web server stops first: what its last requests left is written, unless nobody reads it any more.</summary>
    public override Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAny(WriteLastAsync(cancellationToken), Task.Delay(LongestLastWrite, _time, CancellationToken.None));

    private async Task WriteLastAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.Run(WriteAll, CancellationToken.None);
    }

    private void WriteAll()
    {
        while (_entries.Reader.TryPeek(out _))
        {
            WriteSome();
        }

        if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
        {
            WriteDropped(dropped);
        }
    }

    private void WriteSome() => _output.Write(_format == LogFormat.Json ? TakeJson() : TakeText());

    private string TakeText()
    {
        var lines = new StringBuilder();
        for (var taken = 0; taken < EntriesPerWrite && _entries.Reader.TryRead(out var entry); taken++)
        {
            AccessLogFormat.Write(lines, entry);
        }

        return lines.ToString();
    }

    private string TakeJson()
    {
        using var lines = new JsonLines();
        for (var taken = 0; taken < EntriesPerWrite && _entries.Reader.TryRead(out var entry); taken++)
        {
            AccessLogFormat.WriteJson(lines, entry);
        }

        return lines.ToString();
    }

    private void WriteDropped(long dropped)
    {
        var message = $"{dropped} lines were dropped: what reads them is too slow";
        if (_format == LogFormat.Json)
        {
            _output.Write(JsonLines.Of(_time.GetUtcNow(), LogLevel.Warning, "access", message));
        }
        else
        {
            _output.WriteLine($"{_time.GetUtcNow().UtcDateTime.ToString(JsonLines.TimeFormat, null)} access: {message}");
        }
    }
}
