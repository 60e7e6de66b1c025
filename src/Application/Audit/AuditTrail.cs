using PyWharf.Application.Access;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Audit;

/// <summary>Writes what a request to a repository does to the audit log, with its repository, actor, address and id.</summary>
internal sealed class AuditTrail(IAuditLog log)
{
    /// <summary>Records events of a request whose sender is known.</summary>
    /// <returns>Null once the lines are on the disk; otherwise the change must not be made.</returns>
    public async Task<Failure?> RecordAsync(RepositoryRequest request, params IReadOnlyList<AuditEvent> entries)
    {
        var actor = AuditActor.Of(request.Principal, request.Credential, account: null);

        return await log.AppendAsync([.. entries.Select(entry => entry with
        {
            Repository = request.Repository.Name,
            Actor = actor,
            Address = AddressOf(request.Credential),
            RequestId = request.Credential?.RequestId,
        })]);
    }

    // An IPv4 client of a socket for both protocols comes as ::ffff:192.0.2.1.
    private static string? AddressOf(Credential? credential) =>
        credential?.Address is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4().ToString() : credential?.Address?.ToString();
}
