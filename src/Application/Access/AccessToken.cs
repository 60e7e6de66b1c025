using System.Net;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Access;

/// <summary>A token of one repository: what it is called and what it is good for. Its text is known to nobody but who was given it.</summary>
public sealed record AccessToken
{
    /// <summary>The repository that it opens.</summary>
    public required RepositoryName Repository { get; init; }

    /// <summary>What it is called there.</summary>
    public required TokenName Name { get; init; }

    /// <summary>The SHA-256 of its text (<see cref="TokenText.DigestOf"/>).</summary>
    public required Sha256Digest Digest { get; init; }

    /// <summary>What it may do.</summary>
    public required AccessLevel Permission { get; init; }

    /// <summary>The projects that it may change.</summary>
    public required ProjectScope Projects { get; init; }

    /// <summary>The projects that it may read: at least those that it may change.</summary>
    public required ProjectScope Reads { get; init; }

    /// <summary>Where the client may be; anywhere where it is empty.</summary>
    public IReadOnlyList<IPNetwork> Networks { get; init; } = [];

    /// <summary>When it ends; null for never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>When it was made; null for one of the configuration.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The day (UTC) on which it was used last; null where it never was, or that is not known.</summary>
    public DateOnly? LastUsed { get; init; }

    /// <summary>Whether the configuration has it, so that only the configuration can change or revoke it.</summary>
    public bool IsConfigured => CreatedAt is null;

    /// <summary>Whether it opens anything now, from there. A client without an address is a command on this machine, which is in every network.</summary>
    public bool IsValid(DateTimeOffset now, IPAddress? address) =>
        (Expires is not { } end || now < end) && (Networks.Count == 0 || address is null || Networks.Any(network => Contains(network, address)));

    // An IPv4 client may come as ::ffff:192.0.2.1.
    private static bool Contains(IPNetwork network, IPAddress address) =>
        network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
