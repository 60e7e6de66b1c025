using System.Data.Common;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Database;

/// <summary>A token as a row of the database.</summary>
internal static class TokenRow
{
    /// <summary>The columns that <see cref="Read"/> expects.</summary>
    public const string Columns = "repository, name, sha256, permission, projects, reads, networks, expires, created, last_used";

    /// <summary>Reads a row; throws <see cref="FormatException"/> where a value is invalid. Null for a repository that no configuration can have.</summary>
    /// <param name="row">The row.</param>
    /// <param name="scopes">Finds the scope of a list of patterns, so that equal ones are one object.</param>
    public static AccessToken? Read(DbDataReader row, Func<string, ProjectScope> scopes)
    {
        if (!RepositoryName.TryParse(row.GetString(0), out var repository, out _))
        {
            return null;
        }

        if (!TokenName.TryParse(row.GetString(1), out var name, out _)
            || !Sha256Digest.TryParse(row.GetString(2), out var digest)
            || !Enum.TryParse<AccessLevel>(row.GetString(3), out var permission)
            || !Enum.IsDefined(permission))
        {
            throw new FormatException("a row is no token");
        }

        return new AccessToken
        {
            Repository = repository,
            Name = name,
            Digest = digest,
            Permission = permission,
            Projects = scopes(row.GetString(4)),
            Reads = scopes(row.GetString(5)),
            Networks = TokenColumns.NetworksOf(row.GetString(6)),
            Expires = row.IsDBNull(7) ? null : UnixTime.FromMicroseconds(row.GetInt64(7)),
            CreatedAt = UnixTime.FromMicroseconds(row.GetInt64(8)),
            LastUsed = row.IsDBNull(9) ? null : TokenColumns.DayOf(row.GetString(9)),
        };
    }

    /// <summary>The values of a token by the names of their columns, with <c>$</c> before them.</summary>
    public static (string Name, object Value)[] ValuesOf(AccessToken token) =>
    [
        ("$repository", token.Repository.ToString()),
        ("$name", token.Name.ToString()),
        ("$sha256", token.Digest.ToString()),
        ("$permission", token.Permission.ToString()),
        ("$projects", TokenColumns.TextOf(token.Projects)),
        ("$reads", TokenColumns.TextOf(token.Reads)),
        ("$networks", TokenColumns.TextOf(token.Networks)),
        ("$expires", token.Expires is { } end ? UnixTime.ToMicroseconds(end) : DBNull.Value),
        ("$created", token.CreatedAt is { } created ? UnixTime.ToMicroseconds(created) : throw new ArgumentException("A token of the configuration.", nameof(token))),
    ];
}
