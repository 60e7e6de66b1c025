using System.Net;
using PyWharf.Domain;

namespace PyWharf.Application.Audit;

/// <summary>Something that the audit log keeps: a change, or an attempt to get in. No field may hold a secret.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Outcome">What became of it.</param>
public sealed record AuditEvent(AuditEventKind Kind, AuditOutcome Outcome)
{
    /// <summary>The repository; null for an event of the whole server.</summary>
    public RepositoryName? Repository { get; init; }

    /// <summary>The project.</summary>
    public ProjectName? Project { get; init; }

    /// <summary>The file's name.</summary>
    public string? File { get; init; }

    /// <summary>The digest of the file's content.</summary>
    public Sha256Digest? Sha256 { get; init; }

    /// <summary>The status marker that a project was given.</summary>
    public StatusMarker? Status { get; init; }

    /// <summary>Who did it; null where nobody is known.</summary>
    public AuditActor? Actor { get; init; }

    /// <summary>The address of the client, after trusted proxies.</summary>
    public string? Address { get; init; }

    /// <summary>The id of the request, which the access log has too.</summary>
    public string? RequestId { get; init; }

    /// <summary>Why it was refused or failed, or the reason that a person gave.</summary>
    public string? Reason { get; init; }

    /// <summary>The name of the token that was made or revoked.</summary>
    public TokenName? Token { get; init; }

    /// <summary>How many events of a kind and an address this line stands for; null for one.</summary>
    public int? Count { get; init; }

    /// <summary>The event with where its request came from.</summary>
    internal AuditEvent SentFrom(IPAddress? address, string? requestId) => this with
    {
        // An IPv4 client of a socket for both protocols comes as ::ffff:192.0.2.1.
        Address = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4().ToString() : address?.ToString(),
        RequestId = requestId,
    };
}
