using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>Reads admin_secret.toml: for each repository the secret that the server itself uses, or where to find it.</summary>
public static class SecretFile
{
    private const int MaxFileBytes = 64 * 1024;
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
        if (!RepositoryTable.TryReadAll(text, sourceName, inner: null, out var tables, out problem))
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

    // Errors don't repeat the value: someone may have put the secret itself where the name of its variable belongs.
    private static string? Resolve(string source, string value, out string secret)
    {
        switch (source)
        {
            case "env":
                secret = Environment.GetEnvironmentVariable(value) ?? "";
                return secret.Length == 0 ? "the environment variable of this name is not set, or empty" : null;

            case "file":
                return ReadFile(value, out secret);

            default:
                secret = value;
                return null;
        }
    }

    private static string? ReadFile(string path, out string secret)
    {
        secret = "";
        if (!Path.IsPathFullyQualified(path))
        {
            return "the path of a file with a secret must be absolute";
        }

        try
        {
            using var file = File.OpenRead(path);
            var content = new byte[MaxFileBytes + 1];
            var length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            if (length > MaxFileBytes)
            {
                return $"this file has more than {MaxFileBytes} bytes, which is no secret";
            }

            var bytes = content.AsSpan(0, length);
            if (!Utf8.IsValid(bytes))
            {
                return "this file is not UTF-8: save it as UTF-8";
            }

            var text = Encoding.UTF8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
            secret = text.EndsWith('\n') ? text[..^1].TrimEnd('\r') : text;
            return secret.Length == 0 ? "this file is empty" : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"this file cannot be read: {exception.Message}";
        }
    }
}
