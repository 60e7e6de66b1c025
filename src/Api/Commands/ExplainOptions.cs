using PyWharf.Infrastructure.Database.PostgreSql;

namespace PyWharf.Api.Commands;

/// <summary>Options of <c>pywharf explain</c>.</summary>
internal sealed record ExplainOptions
{
    /// <summary>Name of the repository, unchecked.</summary>
    public required string Repository { get; init; }

    /// <summary>Name of the project, unchecked.</summary>
    public required string Project { get; init; }

    /// <summary>Full path of the server's folder.</summary>
    public required string Root { get; init; }

    /// <summary>Path of the configuration file; null for the one that the server on <see cref="Root"/> uses.</summary>
    public string? Config { get; init; }

    /// <summary>Path of the file with admin secrets; null for the one in <see cref="Root"/>.</summary>
    public string? AdminSecret { get; init; }

    /// <summary>The database that servers share; null for none.</summary>
    public DatabaseUrl? Database { get; init; }

    /// <summary>The index for repositories that have none of their own; null for none.</summary>
    public Uri? ExtraIndexUrl { get; init; }

    /// <summary>Whether the result is printed as JSON.</summary>
    public bool IsJson { get; init; }
}
