using PyWharf.Domain;
using PyWharf.Infrastructure.Database.PostgreSql;

namespace PyWharf.Api.Commands;

/// <summary>Options of <c>pywharf yank</c>, <c>unyank</c>, <c>delete</c> and <c>status</c>.</summary>
internal sealed record ManagementOptions
{
    /// <summary>Name of the command: yank, unyank, delete or status.</summary>
    public required string Command { get; init; }

    /// <summary>Name of the repository, unchecked.</summary>
    public required string Repository { get; init; }

    /// <summary>Name of the project, unchecked.</summary>
    public required string Project { get; init; }

    /// <summary>A version or a file name; empty for <c>status</c>.</summary>
    public string Selection { get; init; } = "";

    /// <summary>The new status; null to print the current one.</summary>
    public StatusMarker? Status { get; init; }

    /// <summary>A human-readable reason; null if none was given.</summary>
    public string? Reason { get; init; }

    /// <summary>Full path of the server's folder.</summary>
    public required string Root { get; init; }

    /// <summary>Path of the configuration file; null for the one that the server on <see cref="Root"/> uses.</summary>
    public string? Config { get; init; }

    /// <summary>The database that servers share; null for none.</summary>
    public DatabaseUrl? Database { get; init; }

    /// <summary>The write secret; null for the one in the configuration.</summary>
    public string? Secret { get; init; }

    /// <summary>Whether a deletion runs without asking for confirmation (<c>--yes</c>).</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>Leaves out the secret.</summary>
    public override string ToString() => $"{nameof(ManagementOptions)} {Command} {Repository} {Project}";
}
