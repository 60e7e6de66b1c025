using System.Text.Json;

namespace PyWharf.Infrastructure.Audit;

/// <summary>Checks the lines of an audit log in their order, from the oldest that is kept to the newest.</summary>
/// <param name="head">The digest of the newest line as it is noted beside the log; null where that is not known.</param>
/// <param name="isComplete">Whether no line was removed because the log was full.</param>
internal sealed class AuditChain(string? head, bool isComplete)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4 };

    private readonly List<string> _faults = [];
    private string? _previous;
    private bool _isHeadSeen = head is null;

    /// <summary>How many lines were checked.</summary>
    public long Lines { get; private set; }

    /// <summary>Checks the next line.</summary>
    /// <param name="line">Without its newline.</param>
    /// <param name="isWhole">Whether it has one.</param>
    /// <param name="place">Where it is.</param>
    public void Check(ReadOnlyMemory<byte> line, bool isWhole, Func<string> place)
    {
        var fault = !isWhole ? "this line is cut off"
            : !TryReadPrevious(line, out var named) ? "this line is no event of the log: it was altered"
            : Lines == 0 ? (named is not null && isComplete ? "the lines before it were removed" : null)
            : named != _previous ? "the line before it was altered, or lines between them were removed"
            : null;
        if (fault is not null)
        {
            _faults.Add($"{place()}: {fault}");
        }

        Lines++;
        _previous = AuditLine.DigestOf(line.Span);
        _isHeadSeen |= _previous == head;
    }

    /// <summary>Adds a fault that is not in a line.</summary>
    public void Add(string fault) => _faults.Add(fault);

    /// <summary>After the newest line: a sentence for each fault, which begins with its place.</summary>
    /// <param name="end">Where the newest line is, or would be.</param>
    public IReadOnlyList<string> Finish(string end) =>
        _isHeadSeen ? _faults : [.. _faults, $"{end}: the newest lines were removed, or the newest of them was altered"];

    private static bool TryReadPrevious(ReadOnlyMemory<byte> line, out string? previous)
    {
        previous = null;
        try
        {
            using var document = JsonDocument.Parse(line, Strict);
            if (!document.RootElement.TryGetProperty("event", out _))
            {
                return false;
            }

            previous = document.RootElement.TryGetProperty("previous", out var value) ? value.GetString() : null;

            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
