using System.Text.Json;

namespace PyWharf.Infrastructure.Audit;

/// <summary>Follows the chain of an audit log from its oldest line to its newest.</summary>
internal static class AuditCheck
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4 };

    /// <summary>Checks every line.</summary>
    /// <returns>The number of lines, and a sentence for each fault, which begins with file and line.</returns>
    public static (long Lines, IReadOnlyList<string> Faults) Run(AuditSnapshot log, CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        var isHeadSeen = log.Head is null;
        string? previous = null;
        var lines = 0L;
        foreach (var file in log.Files)
        {
            var number = 0;
            foreach (var line in AuditLines.ReadForward(file.Content, file.Length))
            {
                cancellationToken.ThrowIfCancellationRequested();
                number++;
                var fault = !line.IsWhole ? "this line is cut off"
                    : !TryReadPrevious(line.Bytes, out var named) ? "this line is no event of the log: it was altered"
                    : lines == 0 ? (named is not null && log.IsComplete ? "the lines before it were removed" : null)
                    : named != previous ? "the line before it was altered, or lines between them were removed"
                    : null;
                if (fault is not null)
                {
                    faults.Add($"{file.Name}:{number}: {fault}");
                }

                lines++;
                previous = AuditLine.DigestOf(line.Bytes.Span);
                isHeadSeen |= previous == log.Head;
            }
        }

        if (!isHeadSeen)
        {
            faults.Add($"{(log.Files.Count > 0 ? log.Files[^1].Name : "audit.jsonl")}: the newest lines were removed, or the newest of them was altered");
        }

        return (lines, faults);
    }

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
