using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>Repositories in a folder below the server's root.</summary>
internal sealed partial class FileSystemBackendType(ICatalogFactory catalogs, TimeProvider time, ILoggerFactory loggers) : IBackendType
{
    private readonly ILogger _logger = loggers.CreateLogger<FileSystemBackend>();

    /// <summary>Its name in config.toml and index.toml.</summary>
    public const string TypeName = "file_system";

    /// <summary>The key of the secret for reading.</summary>
    public const string ReadSecret = "read_secret";

    /// <summary>The key of the secret for reading and writing.</summary>
    public const string WriteSecret = "write_secret";

    public string Name => TypeName;

    public IReadOnlyList<ConfigKey> Keys { get; } =
    [
        ConfigKey.MaxFileBytes(5_368_709_119),
        ConfigKey.Secret(ReadSecret, "opens the repository for reading"),
        ConfigKey.Secret(WriteSecret, "opens the repository for reading and uploading"),
    ];

    public string? OwnSecretKey => WriteSecret;

    public bool NeedsAdminSecret => false;

    public string? StorageFolder(string root, RepositoryName repository) => new StorageLayout(root, repository).Storage;

    public IRepositoryBackend Open(RepositoryConfig config, string root, Secret? adminSecret)
    {
        var secrets = new FileSystemConfig(config.Secret(ReadSecret), config.Secret(WriteSecret));
        foreach (var (key, isMissing) in new[]
        {
            (ReadSecret, secrets.ReadSecret.IsEmpty && !config.Access.AllowsAnonymousRead),
            (WriteSecret, secrets.WriteSecret.IsEmpty),
        })
        {
            if (isMissing)
            {
                Log.NoSecret(_logger, config.Name, key);
            }
        }

        if (config.Access.RequiresAdmin && adminSecret is not null && secrets.WriteSecret.Matches(adminSecret))
        {
            Log.WriteSecretAdministers(_logger, config.Name);
        }

        return FileSystemBackend.Open(secrets, new StorageLayout(root, config.Name), catalogs, time, _logger);
    }

    public Task VerifyAsync(RepositoryConfig config, string root, VerificationReport report, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var layout = new StorageLayout(root, config.Name);
        var index = new IndexVerification(layout, config.Name, config.SyncIndexInterval, report, time);

        return new StorageVerification(layout, report, index, new FileVerification(layout, report, time)).RunAsync(progress, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Repository {Repository} has no {Key}: an empty secret opens nothing.")]
        public static partial void NoSecret(ILogger logger, RepositoryName repository, string key);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Repository {Repository} has the policy deletion = \"admin\", but its admin secret is its write secret: whoever writes administers. Give it another one in admin_secret.toml.")]
        public static partial void WriteSecretAdministers(ILogger logger, RepositoryName repository);
    }
}
