using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>Repositories in a folder below the server's root.</summary>
internal sealed class FileSystemBackendType(ICatalogFactory catalogs, TimeProvider time, ILoggerFactory loggers) : IBackendType
{
    private readonly ILogger _logger = loggers.CreateLogger<FileSystemBackend>();

    /// <summary>Its name in config.toml and index.toml.</summary>
    public const string TypeName = "file_system";

    public string Name => TypeName;

    public IReadOnlyList<ConfigKey> Keys { get; } =
    [
        ConfigKey.MaxFileBytes(5_368_709_119),
        .. RepositorySecrets.Keys,
    ];

    public string? OwnSecretKey => RepositorySecrets.WriteKey;

    public bool NeedsAdminSecret => false;

    public string? StorageFolder(string root, RepositoryName repository) => new StorageLayout(root, repository).Storage;

    public IRepositoryBackend Open(RepositoryConfig config, string root, Secret? adminSecret) => FileSystemBackend.Open(
        RepositorySecrets.Of(config, adminSecret, _logger), new StorageLayout(root, config.Name), catalogs, time, _logger);

    public Task VerifyAsync(RepositoryConfig config, string root, VerificationReport report, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var layout = new StorageLayout(root, config.Name);
        var index = new IndexVerification(layout, config.Name, config.SyncIndexInterval, report, time);

        return new StorageVerification(layout, report, index, new FileVerification(layout, report, time)).RunAsync(progress, cancellationToken);
    }
}
