using System.Globalization;
using PyWharf.Application.Access;

namespace PyWharf.Application.Tokens;

/// <summary>What anybody is told of a token: neither its text nor its digest.</summary>
public sealed record TokenDescription
{
    /// <summary>The repository.</summary>
    public required string Repository { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary><c>read</c>, <c>write</c> or <c>admin</c>.</summary>
    public required string Permission { get; init; }

    /// <summary>The globs of the projects that it may change.</summary>
    public required IReadOnlyList<string> Projects { get; init; }

    /// <summary>The globs of the projects that it may read.</summary>
    public required IReadOnlyList<string> Reads { get; init; }

    /// <summary>The networks where its client may be; none for anywhere.</summary>
    public required IReadOnlyList<string> Networks { get; init; }

    /// <summary>When it ends (RFC 3339, UTC); null for never.</summary>
    public required string? Expires { get; init; }

    /// <summary>When it was made (RFC 3339, UTC); null for one of the configuration.</summary>
    public required string? Created { get; init; }

    /// <summary>The day (UTC) on which it was used last; null where it never was, or that is not known.</summary>
    public required string? LastUsed { get; init; }

    /// <summary><c>config</c> for one of the configuration, else <c>root</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Describes a token.</summary>
    public static TokenDescription Of(AccessToken token) => new()
    {
        Repository = token.Repository.ToString(),
        Name = token.Name.ToString(),
        Permission = token.Permission.ToString().ToLowerInvariant(),
        Projects = [.. token.Projects.Patterns.Select(pattern => pattern.ToString())],
        Reads = [.. token.Reads.Patterns.Select(pattern => pattern.ToString())],
        Networks = [.. token.Networks.Select(network => network.ToString())],
        Expires = TextOf(token.Expires),
        Created = TextOf(token.CreatedAt),
        LastUsed = token.LastUsed?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Source = token.IsConfigured ? "config" : "root",
    };

    private static string? TextOf(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
