using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Application.Audit;
using PyWharf.Infrastructure.Audit;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Audit;

/// <summary>The contract, with files; what only files have is in <see cref="AuditLogTests"/>.</summary>
public sealed class FileAuditLogTests : AuditLogContract, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<AuditLog> _opened = [];

    public void Dispose()
    {
        _opened.ForEach(log => log.Dispose());
        _folder.Dispose();
    }

    private protected override IAuditLog Open()
    {
        var log = new AuditLog(new AuditFiles(_folder.Path), AuditFiles.DefaultMaxBytes, Time, NullLogger<AuditLog>.Instance);
        _opened.Add(log);

        return log;
    }

    private protected override async Task<(long Lines, IReadOnlyList<string> Faults)> CheckAsync()
    {
        using var snapshot = await AuditSnapshot.TakeAsync(new AuditFiles(_folder.Path), TimeProvider.System, default);

        return AuditCheck.Run(snapshot, default);
    }
}
