using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Infrastructure.Backends.Groups;

/// <summary>Groups of repositories: one URL over several, in which a project is that of the first member that has it.</summary>
internal sealed class GroupBackendType(ILoggerFactory loggers) : IBackendType
{
    /// <summary>Its name in config.toml.</summary>
    public const string TypeName = "group";

    private readonly ILogger _logger = loggers.CreateLogger<GroupBackend>();

    public string Name => TypeName;

    public IReadOnlyList<ConfigKey> Keys { get; } = [GroupMembers.Key, RepositorySecrets.ReadSecret];

    public string? OwnSecretKey => null;

    public bool NeedsAdminSecret => false;

    public string? StorageFolder(string root, RepositoryName repository) => null;

    public IRepositoryBackend Open(RepositoryConfig config, string root, Secret? adminSecret) =>
        throw new InvalidOperationException("A group is opened with its members.");

    /// <summary>Opens a group.</summary>
    /// <param name="config">Its configuration.</param>
    /// <param name="members">Its members.</param>
    /// <param name="secrets">The admin secrets of the members that have one.</param>
    public GroupBackend Open(RepositoryConfig config, IEnumerable<Repository> members, IReadOnlyDictionary<RepositoryName, Secret> secrets) => new(
        RepositorySecrets.OfReaders(config, _logger),
        [.. members.Select(member => new GroupMember(member, secrets.GetValueOrDefault(member.Name) ?? new Secret("")))]);

    // Its members have the files.
    public Task VerifyAsync(RepositoryConfig config, string root, VerificationReport report, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        Task.CompletedTask;
}
