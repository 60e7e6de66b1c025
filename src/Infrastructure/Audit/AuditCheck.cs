using System.Text.Json;

namespace PyWharf.Infrastructure.Audit;

/// <summary>Follows the chain of an audit log from its oldest line to its newest.</summary>
internal static class AuditCheck
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4 };

    /// <summary>How many lines there are, and every fault, as a sentence that begins with file and line. The snapshot is used up.</summary>
    public static async Task<(long Lines, IReadOnlyList<string> Faults)> RunAsync(AuditSnapshot log, CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        var isHeadSeen = log.Head is null;
        string? previous = null;
        var lines = 0L;
        foreach (var name in log.Names)
        {
            var number = 0;
            await foreach (var line in log.ReadAsync(name, cancellationToken))
            {
                number++;
                // What came before the oldest line was removed when its time had come, and can't be asked.
                var fault = !line.IsWhole ? "this line is cut off"
                    : !TryReadPrevious(line.Bytes, out var named) ? "this line is no event of the log: it was altered"
                    : lines > 0 && named != previous ? "the line before it was altered, or lines between them were removed"
                    : null;
                if (fault is not null)
                {
                    faults.Add($"{name}:{number}: {fault}");
                }

                lines++;
                previous = AuditLine.DigestOf(line.Bytes);
                isHeadSeen |= previous == log.Head;
            }
        }

        if (!isHeadSeen)
        {
            faults.Add($"{(log.Names.Count > 0 ? log.Names[^1] : "audit.jsonl")}: the newest lines were removed, or the newest of them was altered");
        }

        return (lines, faults);
    }

    private static bool TryReadPrevious(byte[] line, out string? previous)
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
