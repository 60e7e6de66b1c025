using PyWharf.Infrastructure.Audit;
using PyWharf.Infrastructure.State;

namespace PyWharf.Api.Commands;

/// <summary>Runs the command verify.</summary>
internal static class VerifyRun
{
    /// <summary>Returns 0 if the audit log is sound; otherwise 1, with a line per fault on standard output.</summary>
    public static async Task<int> RunAsync(string root, CancellationToken cancellationToken)
    {
        using var log = await AuditSnapshot.TakeAsync(new AuditFiles(new ServerRoot(root).At("log")), TimeProvider.System, cancellationToken);
        if (log is { Files.Count: 0, Head: null })
        {
            await Console.Error.WriteLineAsync($"pywharf: there is no audit log in {root}: name the server's folder");

            return 1;
        }

        var (lines, faults) = AuditCheck.Run(log, cancellationToken);
        if (faults.Count == 0)
        {
            await Console.Out.WriteLineAsync($"audit log: {lines} lines in {log.Files.Count} files, all of them as they were written");

            if (log.Head is null)
            {
                await Console.Out.WriteLineAsync("note: audit.head is not beside it, so nothing shows whether its newest lines were removed");
            }

            return 0;
        }

        foreach (var fault in faults)
        {
            await Console.Out.WriteLineAsync(fault);
        }

        return 1;
    }
}
