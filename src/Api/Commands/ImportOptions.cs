using PyWharf.Domain;
using PyWharf.Infrastructure.Database.PostgreSql;

namespace PyWharf.Api.Commands;

/// <summary>Options of <c>pywharf import</c>.</summary>
internal sealed record ImportOptions
{
    /// <summary>Name of the repository that is imported into, unchecked.</summary>
    public required string Repository { get; init; }

    /// <summary>A folder, the URL of an index, or the name of a repository.</summary>
    public required string Source { get; init; }

    /// <summary>Full path of the server's folder.</summary>
    public required string Root { get; init; }

    /// <summary>Path of the configuration file; null for the one that the server on <see cref="Root"/> uses.</summary>
    public string? Config { get; init; }

    /// <summary>The database that servers share; null for none.</summary>
    public DatabaseUrl? Database { get; init; }

    /// <summary>Path of the file with the admin secrets; null for none.</summary>
    public string? AdminSecret { get; init; }

    /// <summary>The projects that are imported.</summary>
    public ProjectScope Projects { get; init; } = ProjectScope.All;

    /// <summary>How many files are worked on at a time.</summary>
    public int Jobs { get; init; }

    /// <summary>Whether nothing is changed.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>User name for the index; null for none.</summary>
    public string? User { get; init; }

    /// <summary>Password for the index; null for none.</summary>
    public string? Password { get; init; }

    /// <summary>Whether the result is printed as JSON.</summary>
    public bool IsJson { get; init; }

    /// <summary>Leaves out the password.</summary>
    public override string ToString() => $"{nameof(ImportOptions)} {Repository} {Source}";
}
