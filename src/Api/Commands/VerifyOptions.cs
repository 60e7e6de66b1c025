using PyWharf.Infrastructure.Database.PostgreSql;

namespace PyWharf.Api.Commands;

/// <summary>Options of <c>pywharf verify</c>.</summary>
internal sealed record VerifyOptions
{
    /// <summary>Full path of the server's folder.</summary>
    public required string Root { get; init; }

    /// <summary>Path of the configuration file; null for the one that the server on <see cref="Root"/> uses.</summary>
    public string? Config { get; init; }

    /// <summary>The database that servers share; null for none.</summary>
    public DatabaseUrl? Database { get; init; }

    /// <summary>Name of the only repository to verify, unchecked; null for all.</summary>
    public string? Repository { get; init; }

    /// <summary>Whether the audit log is checked too.</summary>
    public bool Audit { get; init; }

    /// <summary>Whether the result is JSON.</summary>
    public bool IsJson { get; init; }
}
