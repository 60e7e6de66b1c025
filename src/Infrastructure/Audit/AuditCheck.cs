namespace PyWharf.Infrastructure.Audit;

/// <summary>Follows the chain of the audit log of a root folder.</summary>
internal static class AuditCheck
{
    /// <summary>Checks every line.</summary>
    /// <returns>The number of lines, and a sentence for each fault, which begins with file and line.</returns>
    public static (long Lines, IReadOnlyList<string> Faults) Run(AuditSnapshot log, CancellationToken cancellationToken)
    {
        var chain = new AuditChain(log.Head, log.IsComplete);
        foreach (var file in log.Files)
        {
            var number = 0;
            foreach (var line in AuditLines.ReadForward(file.Content, file.Length))
            {
                cancellationToken.ThrowIfCancellationRequested();
                number++;
                chain.Check(line.Bytes, line.IsWhole, () => $"{file.Name}:{number}");
            }
        }

        var faults = chain.Finish(log.Files.Count > 0 ? log.Files[^1].Name : "audit.jsonl");

        return (chain.Lines, faults);
    }
}
