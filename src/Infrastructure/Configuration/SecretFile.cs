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
        secrets = null;
        if (!RepositoryTable.TryReadAll(text, sourceName, inner: [], out var tables, out problem))
        {
            return false;
        }

        var read = new Dictionary<RepositoryName, Secret>();
        foreach (var table in tables)
        {
            problem = Read(table, repositories, out var secret);
            if (problem is not null)
            {
                return false;
            }

            read.Add(table.Name, new Secret(secret));
        }

        secrets = read;
        problem = null;
        return true;
    }

    private static string? Read(RepositoryTable table, IReadOnlyList<RepositoryConfig> repositories, out string secret)
    {
        secret = "";
        var repository = repositories.FirstOrDefault(candidate => candidate.Name == table.Name);
        if (repository is null)
        {
            var meant = ClosestName.To(table.Name.ToString(), repositories.Select(candidate => candidate.Name.ToString()));
            return table.Problem($"the configuration has no repository [{table.Name}]" + (meant is null ? "" : $"; did you mean [{meant}]?"));
        }

        if (table.ReadAll([Type, .. Sources], out var values) is { } problem)
        {
            return problem;
        }

        if ((string)values["type"] != repository.Type)
        {
            return table.Problem($"the \"type\" of [{table.Name}] differs from the configuration, which says \"{repository.Type}\"", "type");
        }

        var given = Sources.Where(source => (string)values[source.Name] != "").ToList();
        if (given is not [var only])
        {
            return table.Problem($"[{table.Name}] needs exactly one of raw, env and file, and that not empty", given.LastOrDefault()?.Name);
        }

        return Resolve(only.Name, (string)values[only.Name], out secret) is { } why ? table.Problem(why, only.Name) : null;
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
