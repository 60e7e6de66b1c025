using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>Repositories in a folder below the server's root.</summary>
internal sealed partial class FileSystemBackendType(TimeProvider time, ILoggerFactory loggers) : IBackendType
{
    private readonly ILogger _logger = loggers.CreateLogger<FileSystemBackend>();

    public string Name => "file_system";

    public IReadOnlyList<ConfigKey> Keys => throw new NotImplementedException();

    public IRepositoryBackend Open(RepositoryConfig config, string root)
    {
        var secrets = new FileSystemConfig(new Secret(config.Text("read_secret")), new Secret(config.Text("write_secret")));
        foreach (var (key, secret) in new[] { ("read_secret", secrets.ReadSecret), ("write_secret", secrets.WriteSecret) })
        {
            if (secret.Reveal().Length == 0)
            {
                Log.NoSecret(_logger, config.Name, key);
            }
        }

        return FileSystemBackend.Open(secrets, new StorageLayout(root, config.Name), time, _logger);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Repository {Repository} has no {Key}: an empty secret opens nothing.")]
        public static partial void NoSecret(ILogger logger, RepositoryName repository, string key);
    }
}
