using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Infrastructure.Backends;

/// <summary>The secrets of a repository whose storage has no accounts. An empty one opens nothing.</summary>
/// <param name="Read">Opens it for reading.</param>
/// <param name="Write">Opens it for reading and writing.</param>
internal sealed partial record RepositorySecrets(SecretVerifier Read, SecretVerifier Write)
{
    /// <summary>The key of the secret for reading.</summary>
    public const string ReadKey = "read_secret";

    /// <summary>The key of the secret for reading and writing.</summary>
    public const string WriteKey = "write_secret";

    /// <summary>The key of the secret for reading, with its description.</summary>
    public static ConfigKey ReadSecret { get; } = ConfigKey.Secret(ReadKey, "opens the repository for reading");

    /// <summary>The keys of both.</summary>
    public static IReadOnlyList<ConfigKey> Keys { get; } =
    [
        ReadSecret,
        ConfigKey.Secret(WriteKey, "opens the repository for reading and uploading"),
    ];

    /// <summary>The secrets of a configuration. Warns of those that are missing, or do what they should not.</summary>
    public static RepositorySecrets Of(RepositoryConfig config, Secret? adminSecret, ILogger logger)
    {
        var secrets = new RepositorySecrets(config.Secret(ReadKey), config.Secret(WriteKey));
        foreach (var (key, isMissing) in new[]
        {
            (ReadKey, secrets.Read.IsEmpty && !config.Access.AllowsAnonymousRead),
            (WriteKey, secrets.Write.IsEmpty),
        })
        {
            if (isMissing)
            {
                Log.NoSecret(logger, config.Name, key);
            }
        }

        if (config.Access.RequiresAdmin && adminSecret is not null && secrets.Write.Matches(adminSecret))
        {
            Log.WriteSecretAdministers(logger, config.Name);
        }

        return secrets;
    }

    /// <summary>The secrets of a repository that nobody writes to. Warns if nobody can read it.</summary>
    public static RepositorySecrets OfReaders(RepositoryConfig config, ILogger logger)
    {
        var secrets = new RepositorySecrets(config.Secret(ReadKey), SecretVerifier.None);
        if (secrets.Read.IsEmpty && config.Access is { AllowsAnonymousRead: false, Tokens.Count: 0 })
        {
            Log.NoSecret(logger, config.Name, ReadKey);
        }

        return secrets;
    }

    /// <summary>The access that a secret grants.</summary>
    public AccessLevel GetAccess(Secret secret)
    {
        // Both are always compared, so that the time taken tells nothing.
        var writes = Write.Matches(secret);
        var reads = Read.Matches(secret);

        return writes ? AccessLevel.Write : reads ? AccessLevel.Read : AccessLevel.None;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Repository {Repository} has no {Key}: an empty secret opens nothing.")]
        public static partial void NoSecret(ILogger logger, RepositoryName repository, string key);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Repository {Repository} has the policy deletion = \"admin\", but its admin secret is its write secret: whoever writes administers. Give it another one in admin_secret.toml.")]
        public static partial void WriteSecretAdministers(ILogger logger, RepositoryName repository);
    }
}
