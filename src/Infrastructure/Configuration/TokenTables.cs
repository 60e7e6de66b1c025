using System.Net;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Tokens;
using PyWharf.Domain;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Configuration;

/// <summary><c>[NAME.tokens.TOKEN]</c> in config.toml: a table for each token of a repository.</summary>
internal static class TokenTables
{
    /// <summary>The key of the tokens in a repository's table.</summary>
    public const string Key = "tokens";

    private const string Projects = "projects";
    private const string Reads = "reads";
    private const string Expires = "expires";
    private const string Networks = "networks";
    private const int MostNetworks = 1000;

    private static readonly ConfigKey Sha256 = ConfigKey.Text(
        "sha256", "the SHA-256 of its text", problem: text => Sha256Digest.TryParse(text, out _) ? null : "must be the SHA-256 of the token, 64 hexadecimal digits");

    private static readonly ConfigKey Permission = ConfigKey.Text(
        "permission", "what it may do", "read", text => TokenTerms.TryParsePermission(text, out _) ? null : "must be \"read\", \"write\" or \"admin\"");

    /// <summary>The keys of a token's table.</summary>
    public static IReadOnlyList<string> Keys { get; } = [Sha256.Name, Permission.Name, Projects, Reads, Expires, Networks];

    /// <summary>Reads all tokens of a repository.</summary>
    /// <param name="table">The table that contains theirs.</param>
    /// <param name="digests">Those of the document so far.</param>
    /// <returns>In the order of the document.</returns>
    public static IReadOnlyList<AccessToken> Read(RepositoryTable table, UniqueDigests digests)
    {
        var read = new List<AccessToken>();
        var names = new Dictionary<TokenName, string>();
        foreach (var (key, inner) in table.ReadNamedTables("ci"))
        {
            if (!TokenName.TryParse(key, out var name, out var sentence))
            {
                inner.Report(sentence);
                continue;
            }

            if (!names.TryAdd(name, key))
            {
                inner.Report($"[{inner.Title}] is the same token as [{table.Title}.{names[name]}]: case does not matter");
            }

            var token = Read(inner, name);
            if (!token.Digest.Equals(default))
            {
                digests.Add(token.Digest, inner, Sha256.Name);
            }

            read.Add(token);
        }

        return read;
    }

    /// <summary>Reads all tokens of a group, which is read only.</summary>
    public static IReadOnlyList<AccessToken> ReadOfReaders(RepositoryTable table, UniqueDigests digests)
    {
        foreach (var (_, inner) in table.ReadNamedTables("ci"))
        {
            if (inner.TryGetValue(Permission.Name, out var value) && value.Content is "write" or "admin")
            {
                inner.Report($"\"{Permission.Name}\" in [{inner.Title}] must be \"read\": [{table.Name}] is a group, which is read only", Permission.Name);
            }
        }

        return Read(table, digests);
    }

    private static AccessToken Read(RepositoryTable table, TokenName name)
    {
        table.ReportUnknownKeys(Keys);
        var digest = Sha256Digest.TryParse((string)table.Read(Sha256), out var parsed) ? parsed : default;
        var permission = TokenTerms.TryParsePermission((string)table.Read(Permission), out var level) ? level : AccessLevel.None;
        var projects = ReadPatterns(table, Projects);
        var reads = ReadPatterns(table, Reads);
        var scope = ScopeOf(projects);

        return new AccessToken
        {
            Repository = table.Name,
            Name = name,
            Digest = digest,
            Permission = permission,
            Projects = scope,
            Reads = reads.Count == 0 ? scope : ScopeOf([.. projects, .. reads]),
            Expires = ReadExpires(table),
            Networks = ReadNetworks(table),
        };
    }

    // Tokens of one scope share the pages that are rendered for it.
    private static ProjectScope ScopeOf(IReadOnlyList<NamePattern> patterns) =>
        patterns.Contains(NamePattern.Any) ? ProjectScope.All : new ProjectScope(patterns);

    private static IReadOnlyList<NamePattern> ReadPatterns(RepositoryTable table, string key)
    {
        if (!table.TryGetValue(key, out var value))
        {
            return key == Projects ? [NamePattern.Any] : [];
        }

        if (value.Content is not TomlArray elements)
        {
            table.Report($"\"{key}\" in [{table.Title}] must be an array of names or patterns such as [\"billing-*\"]; found: {value.Kind}", key);
        }
        else if (elements.Count == 0)
        {
            table.Report($"\"{key}\" in [{table.Title}] is empty, which is no project; [\"*\"] is every project", key);
        }

        return NamePatterns.Read(table, key);
    }

    private static DateTimeOffset? ReadExpires(RepositoryTable table)
    {
        if (!table.TryGetValue(Expires, out var value))
        {
            return null;
        }

        DateTimeOffset? expires = value.Content switch
        {
            DateTimeOffset time => time,
            DateTime local => new DateTimeOffset(local, TimeSpan.Zero),
            DateOnly day => Moment.EndOf(day),
            _ => null,
        };
        if (expires is null)
        {
            table.Report($"\"{Expires}\" in [{table.Title}] must be a date such as 2027-06-30, or a date-time such as 2027-06-30T12:00:00Z, without quotes; found: {value.Kind}", Expires);
        }

        return expires;
    }

    private static List<IPNetwork> ReadNetworks(RepositoryTable table)
    {
        var read = new List<IPNetwork>();
        if (!table.TryGetValue(Networks, out var value))
        {
            return read;
        }

        if (value.Content is not TomlArray elements)
        {
            table.Report($"\"{Networks}\" in [{table.Title}] must be an array of networks such as [\"10.0.0.0/8\"]; found: {value.Kind}", Networks);

            return read;
        }

        if (elements.Count is 0 or > MostNetworks)
        {
            table.Report($"\"{Networks}\" in [{table.Title}] must have 1 to {MostNetworks} networks; without the key the client may be anywhere", Networks);

            return read;
        }

        foreach (var element in elements)
        {
            if (element.Content is not string text || !ClientNetwork.TryParse(text, out var network))
            {
                table.Report($"\"{Networks}\" in [{table.Title}]: this is not {ClientNetwork.Expected}", element.Position);
            }
            else if (!ClientNetwork.IsExact(text, network))
            {
                table.Report($"\"{Networks}\" in [{table.Title}]: this has bits behind its prefix; the network is {network}", element.Position);
            }
            else
            {
                read.Add(network);
            }
        }

        return read;
    }
}
