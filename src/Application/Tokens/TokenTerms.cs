using System.Net;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Tokens;

/// <summary>What a new token is called and good for.</summary>
public sealed record TokenTerms
{
    private const int MostEntries = 1000;

    /// <summary>Its name.</summary>
    public required TokenName Name { get; init; }

    /// <summary>What it may do.</summary>
    public AccessLevel Permission { get; init; } = AccessLevel.Read;

    /// <summary>The projects that it may change.</summary>
    public ProjectScope Projects { get; init; } = ProjectScope.All;

    /// <summary>The projects that it may read, those that it may change among them.</summary>
    public ProjectScope Reads { get; init; } = ProjectScope.All;

    /// <summary>Where its client may be; anywhere where it is empty.</summary>
    public IReadOnlyList<IPNetwork> Networks { get; init; } = [];

    /// <summary>When it ends; null for never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Checks what somebody wrote. <see cref="FailureKind.Invalid"/> says what is wrong with it.</summary>
    public static Outcome<TokenTerms> Parse(TokenRequest request, DateTimeOffset now)
    {
        if (!TokenName.TryParse(request.Name, out var name, out var problem))
        {
            return Invalid(problem);
        }

        if (!TryParsePermission(request.Permission ?? "read", out var permission))
        {
            return Invalid("The permission of a token is read, write or admin.");
        }

        if (!TryParseScope("projects", request.Projects ?? ["*"], out var projects, out problem)
            || !TryParseScope("reads", request.Reads ?? [], out var reads, out problem)
            || !TryParseNetworks(request.Networks ?? [], out var networks, out problem))
        {
            return Invalid(problem);
        }

        if (projects.Patterns.Count == 0 || request.Reads is { Count: 0 })
        {
            return Invalid("A token is for one project at least: leave projects out for all of them, and reads out for the same ones.");
        }

        DateTimeOffset? expires = null;
        if (request.Expires is { } text)
        {
            if (!TokenExpiry.TryParse(text, now, out var end))
            {
                return Invalid($"expires must be {TokenExpiry.Expected}.");
            }

            expires = end;
        }

        return new TokenTerms
        {
            Name = name,
            Permission = permission,
            Projects = projects,
            Reads = reads.Includes(projects) ? reads : new ProjectScope([.. reads.Patterns, .. projects.Patterns]),
            Networks = networks,
            Expires = expires,
        };
    }

    /// <summary>Reads a permission by its name in configurations.</summary>
    public static bool TryParsePermission(string text, out AccessLevel permission)
    {
        permission = text switch
        {
            "read" => AccessLevel.Read,
            "write" => AccessLevel.Write,
            "admin" => AccessLevel.Admin,
            _ => AccessLevel.None,
        };

        return permission != AccessLevel.None;
    }

    private static bool TryParseScope(string what, IReadOnlyList<string?> texts, out ProjectScope scope, out string problem)
    {
        var patterns = new List<NamePattern>();
        problem = texts.Count > MostEntries ? $"{what} may hold {MostEntries} patterns at most." : "";
        foreach (var text in problem.Length == 0 ? texts : [])
        {
            if (!NamePattern.TryParse(text ?? "", out var pattern, out var why))
            {
                problem = $"{what}: this pattern {why}.";
                break;
            }

            patterns.Add(pattern);
        }

        scope = patterns.Contains(NamePattern.Any) ? ProjectScope.All : new ProjectScope(patterns);

        return problem.Length == 0;
    }

    private static bool TryParseNetworks(IReadOnlyList<string?> texts, out IReadOnlyList<IPNetwork> networks, out string problem)
    {
        var read = new List<IPNetwork>();
        networks = read;
        problem = texts.Count > MostEntries ? $"networks may hold {MostEntries} networks at most." : "";
        foreach (var text in problem.Length == 0 ? texts : [])
        {
            if (text is null || !ClientNetwork.TryParse(text, out var network))
            {
                problem = $"Each of networks must be {ClientNetwork.Expected}.";
                break;
            }

            if (!ClientNetwork.IsExact(text, network))
            {
                problem = $"One of networks has bits behind its prefix; the network is {network}.";
                break;
            }

            read.Add(network);
        }

        return problem.Length == 0;
    }

    private static Failure Invalid(string problem) => new(FailureKind.Invalid, problem);
}
