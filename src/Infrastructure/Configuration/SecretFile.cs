using System.Diagnostics.CodeAnalysis;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>Reads admin_secret.toml: for each repository the secret that the server itself uses, or where to find it.</summary>
public static class SecretFile
{
    private const string Raw = "raw";

    private static readonly ConfigKey Type = ConfigKey.Text("type", "the kind of its storage, as in the configuration");

    private static readonly ConfigKey[] Sources =
    [
        ConfigKey.Text(Raw, "the secret itself", ""),
        ConfigKey.Text("env", "the environment variable that holds it", ""),
        ConfigKey.Text("file", "the absolute path of the file that holds it, and nothing else but a line end", ""),
    ];

    /// <summary>The keys of a repository's table.</summary>
    public static IReadOnlyList<ConfigKey> Keys { get; } = [Type, .. Sources];

    /// <summary>Reads the document, and the environment variables and files that it names; fails at the first error.</summary>
    /// <param name="text">The document.</param>
    /// <param name="sourceName">The name of the document in error messages.</param>
    /// <param name="repositories">The configuration. Not every repository needs a secret.</param>
    /// <param name="secrets">None of them empty.</param>
    /// <param name="problem">The error, such as <c>admin_secret.toml:2:8: …</c>. It contains no secrets.</param>
    public static bool TryRead(
        string text,
        string sourceName,
        IReadOnlyList<RepositoryConfig> repositories,
        [NotNullWhen(true)] out IReadOnlyDictionary<RepositoryName, Secret>? secrets,
        [NotNullWhen(false)] out string? problem)
    {
        var reading = Read(text, sourceName, repositories, name => repositories.Any(repository => repository.Name == name), out problem);
        secrets = problem is null ? reading.Secrets : null;

        return problem is null;
    }

    /// <summary>Reads the document to its end.</summary>
    public static SecretReading Read(string text, string sourceName, ConfigReading config) => Read(text, sourceName, config.Repositories, config.MayHave, out _);

    private static SecretReading Read(
        string text, string sourceName, IReadOnlyList<RepositoryConfig> repositories, Func<RepositoryName, bool> mayBe, out string? first)
    {
        var problems = new ConfigProblems(sourceName);
        var secrets = new Dictionary<RepositoryName, Secret>();
        var sources = new Dictionary<RepositoryName, string>();
        foreach (var table in RepositoryTable.ReadAll(text, inner: [], problems) ?? [])
        {
            // Also of a table that is wrong, so that its repository is not said to lack a secret.
            sources[table.Name] = Read(table, repositories, mayBe, out var secret);
            secrets[table.Name] = new Secret(secret);
        }

        first = problems.First;

        return new SecretReading(secrets, sources, problems.All);
    }

    /// <summary>Reads the table of a repository; returns where its secret is, for people.</summary>
    private static string Read(RepositoryTable table, IReadOnlyList<RepositoryConfig> repositories, Func<RepositoryName, bool> mayBe, out string secret)
    {
        secret = "";
        if (!mayBe(table.Name))
        {
            var meant = ClosestName.To(table.Name.ToString(), repositories.Select(candidate => candidate.Name.ToString()));
            table.Report($"the configuration has no repository [{table.Name}]" + (meant is null ? "" : $"; did you mean [{meant}]?"));
        }

        var values = table.ReadAll(Keys);
        var repository = repositories.FirstOrDefault(candidate => candidate.Name == table.Name);
        if (repository is { IsGroup: true })
        {
            table.Report($"[{table.Name}] is a group, which has no admin secret: its members have theirs");
        }

        if (repository is not null && table.TryGetValue(Type.Name, out _) && (string)values[Type.Name] != repository.Type)
        {
            table.Report($"the \"type\" of [{table.Name}] differs from the configuration, which says \"{repository.Type}\"", Type.Name);
        }

        var given = Sources.Where(source => (string)values[source.Name] != "").ToList();
        if (given is not [var only])
        {
            table.Report($"[{table.Name}] needs exactly one of raw, env and file, and that not empty", given.LastOrDefault()?.Name);

            return "";
        }

        var value = (string)values[only.Name];
        if (Resolve(only.Name, value, out secret) is { } why)
        {
            table.Report(why, only.Name);
        }

        return only.Name switch
        {
            "env" => $"the environment variable {value}",
            "file" => $"the file {value}",
            _ => "the document itself",
        };
    }

    private static string? Resolve(string source, string value, out string secret)
    {
        secret = value;

        return source switch
        {
            "env" => SecretSource.ReadVariable(value, out secret),
            "file" => SecretSource.ReadFile(value, out secret),
            _ => null,
        };
    }
}
