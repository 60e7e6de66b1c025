using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Infrastructure.Backends;

/// <summary>A kind of storage. All that belongs to one lies in its folder; <see cref="BackendCatalog"/> lists them.</summary>
public interface IBackendType
{
    /// <summary>The value of <c>type</c> in config.toml.</summary>
    string Name { get; }

    /// <summary>The keys that a repository of this type has in config.toml, besides <c>type</c>.</summary>
    IReadOnlyList<ConfigKey> Keys { get; }

    /// <summary>
    /// The key of the secret that writes, where the configuration itself holds it: whoever may read that may use it. Null where each caller
    /// has their own.
    /// </summary>
    string? OwnSecretKey { get; }

    /// <summary>Whether a server can't serve such a repository without the repository's admin secret.</summary>
    bool NeedsAdminSecret { get; }

    /// <summary>The folder where a repository's packages lie; null where they lie on another machine.</summary>
    string? StorageFolder(string root, RepositoryName repository);

    /// <summary>What is wrong with the values of a configuration together, or with the variables that they name, as one line; null if nothing is.</summary>
    string? ProblemOf(RepositoryConfig config) => null;

    /// <summary>
    /// Opens the storage of a repository. Throws what the disk says (<see cref="IOException"/>, <see cref="UnauthorizedAccessException"/>)
    /// when it can't.
    /// </summary>
    /// <param name="config">Already checked against <see cref="Keys"/>.</param>
    /// <param name="root">The server's root folder, absolute.</param>
    /// <param name="adminSecret">What admin_secret.toml says of the repository; null where it says nothing.</param>
    IRepositoryBackend Open(RepositoryConfig config, string root, Secret? adminSecret);

    /// <summary>
    /// Checks what a repository has below the root folder, for <c>pywharf verify</c>: also beside a server. Creates and changes nothing.
    /// </summary>
    /// <param name="config">Checked against <see cref="Keys"/>; its secrets need not be there.</param>
    /// <param name="root">The server's root folder, absolute.</param>
    /// <param name="report">Receives what is checked and found.</param>
    /// <param name="progress">Told of each file.</param>
    /// <param name="cancellationToken">Stops between two reads.</param>
    Task VerifyAsync(RepositoryConfig config, string root, VerificationReport report, IProgress<WorkProgress> progress, CancellationToken cancellationToken);
}
