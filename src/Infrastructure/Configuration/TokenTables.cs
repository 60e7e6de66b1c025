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

    private static readonly string[] Allowed = [Sha256.Name, Permission.Name, Projects, Reads, Expires, Networks];

    /// <summary>Reads all tokens of a repository.</summary>
    /// <param name="table">The table that contains theirs.</param>
    /// <param name="digests">Those of the document so far.</param>
    /// <param name="tokens">In the order of the document.</param>
    /// <returns>What is wrong with the first that is wrong; null if none is.</returns>
    public static string? Read(RepositoryTable table, UniqueDigests digests, out IReadOnlyList<AccessToken> tokens)
    {
        var read = new List<AccessToken>();
        tokens = read;
        if (table.ReadNamedTables("ci", out var tables) is { } wrong)
        {
            return wrong;
        }

        var names = new Dictionary<TokenName, string>(tables.Count);
        foreach (var (key, inner) in tables)
        {
            if (!TokenName.TryParse(key, out var name, out var sentence))
            {
                return inner.Problem(sentence);
            }

            if (!names.TryAdd(name, key))
            {
                return inner.Problem($"[{inner.Title}] is the same token as [{table.Title}.{names[name]}]: case does not matter");
            }

            if (Read(inner, name, out var token) is { } problem)
            {
                return problem;
            }

            if (digests.Add(token.Digest, inner, Sha256.Name) is { } shared)
            {
                return shared;
            }

            read.Add(token);
        }

        return null;
    }

    private static string? Read(RepositoryTable table, TokenName name, out AccessToken token)
    {
        IReadOnlyList<NamePattern> projects = [];
        IReadOnlyList<NamePattern> reads = [];
        IReadOnlyList<IPNetwork> networks = [];
        DateTimeOffset? expires = null;
        object sha256 = "";
        object permission = "";
        var problem = table.UnknownKey(Allowed)
            ?? table.Read(Sha256, out sha256)
            ?? table.Read(Permission, out permission)
            ?? ReadPatterns(table, Projects, out projects)
            ?? ReadPatterns(table, Reads, out reads)
            ?? ReadExpires(table, out expires)
            ?? ReadNetworks(table, out networks);
        var scope = ScopeOf(projects);
        token = new AccessToken
        {
            Repository = table.Name,
            Name = name,
            Digest = Sha256Digest.TryParse(sha256 as string, out var digest) ? digest : default,
            Permission = TokenTerms.TryParsePermission(permission as string ?? "", out var level) ? level : AccessLevel.None,
            Projects = scope,
            Reads = reads.Count == 0 ? scope : ScopeOf([.. projects, .. reads]),
            Expires = expires,
            Networks = networks,
        };

        return problem;
    }

    // Tokens of one scope share the pages that are rendered for it.
    private static ProjectScope ScopeOf(IReadOnlyList<NamePattern> patterns) =>
        patterns.Contains(NamePattern.Any) ? ProjectScope.All : new ProjectScope(patterns);

    private static string? ReadPatterns(RepositoryTable table, string key, out IReadOnlyList<NamePattern> patterns)
    {
        patterns = key == Projects ? [NamePattern.Any] : [];
        if (!table.TryGetValue(key, out var value))
        {
            return null;
        }

        if (value.Content is not TomlArray)
        {
            return table.Problem($"\"{key}\" in [{table.Title}] must be an array of names or patterns such as [\"billing-*\"]; found: {value.Kind}", key);
        }

        return NamePatterns.Read(table, key, out patterns)
            ?? (patterns.Count > 0 ? null : table.Problem($"\"{key}\" in [{table.Title}] is empty, which is no project; [\"*\"] is every project", key));
    }

    private static string? ReadExpires(RepositoryTable table, out DateTimeOffset? expires)
    {
        expires = null;
        if (!table.TryGetValue(Expires, out var value))
        {
            return null;
        }

        expires = value.Content switch
        {
            DateTimeOffset time => time,
            DateTime local => new DateTimeOffset(local, TimeSpan.Zero),
            DateOnly day => TokenExpiry.EndOf(day),
            _ => null,
        };

        return expires is not null
            ? null
            : table.Problem($"\"{Expires}\" in [{table.Title}] must be a date such as 2027-06-30, or a date-time such as 2027-06-30T12:00:00Z, without quotes; found: {value.Kind}", Expires);
    }

    private static string? ReadNetworks(RepositoryTable table, out IReadOnlyList<IPNetwork> networks)
    {
        var read = new List<IPNetwork>();
        networks = read;
        if (!table.TryGetValue(Networks, out var value))
        {
            return null;
        }

        if (value.Content is not TomlArray elements)
        {
            return table.Problem($"\"{Networks}\" in [{table.Title}] must be an array of networks such as [\"10.0.0.0/8\"]; found: {value.Kind}", Networks);
        }

        if (elements.Count is 0 or > MostNetworks)
        {
            return table.Problem($"\"{Networks}\" in [{table.Title}] must have 1 to {MostNetworks} networks; without the key the client may be anywhere", Networks);
        }

        foreach (var element in elements)
        {
            if (element.Content is not string text || !ClientNetwork.TryParse(text, out var network))
            {
                return table.Problem($"\"{Networks}\" in [{table.Title}]: this is not {ClientNetwork.Expected}", element.Position);
            }

            if (!ClientNetwork.IsExact(text, network))
            {
                return table.Problem($"\"{Networks}\" in [{table.Title}]: this has bits behind its prefix; the network is {network}", element.Position);
            }

            read.Add(network);
        }

        return null;
    }
}
