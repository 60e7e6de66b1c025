using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>The repositories of the current configuration.</summary>
public interface IRepositories
{
    /// <summary>
    /// The current set; null while the server has no configuration. Read it once per request, since it is replaced as a whole. Its repositories may
    /// be closed at any time, unless they are held (<see cref="Repository.TryHold"/>).
    /// </summary>
    RepositorySet? Current { get; }

    /// <summary>
    /// Whether it is known that there is no configuration where <see cref="Current"/> is null; false while the database that may have one can't be reached.
    /// </summary>
    bool IsConfigurationKnown { get; }

    /// <summary>Raised with each new set, after it became the current one.</summary>
    event Action<RepositorySet>? Replaced;

    /// <summary>
    /// Validates a configuration without opening repositories or touching the disk. Null if it is valid.
    /// </summary>
    Failure? Check(ConfigurationDocuments documents);

    /// <summary>
    /// Opens every repository of the configuration at the start of the server. They have no index until it is read.
    /// <see cref="FailureKind.Invalid"/> says where a document is wrong.
    /// </summary>
    Outcome<RepositorySet> Open(ConfigurationDocuments documents);

    /// <summary>Opens one repository of a configuration, for a command.</summary>
    /// <param name="documents">The configuration; its admin secrets are not read.</param>
    /// <param name="name">The repository.</param>
    /// <param name="secret">
    /// The command's own secret, with which the storage acts where each caller brings theirs; null for none. Without it, a secret of the configuration that
    /// can't be read here is no error.
    /// </param>
    Outcome<Repository> OpenOne(ConfigurationDocuments documents, RepositoryName name, Secret? secret);

    /// <summary>
    /// Opens some repositories of a configuration, for a command that acts with the secrets of the configuration and the admin secrets of
    /// <see cref="ConfigurationDocuments.AdminSecret"/>. A secret of the configuration that can't be read here is no error.
    /// </summary>
    /// <param name="documents">The configuration.</param>
    /// <param name="names">The repositories.</param>
    /// <param name="creates">
    /// The one of them whose storage is created where there is none yet; null for none, so that a repository without a storage is
    /// <see cref="FailureKind.NotFound"/>.
    /// </param>
    Outcome<RepositorySet> OpenSome(ConfigurationDocuments documents, IReadOnlyList<RepositoryName> names, RepositoryName? creates);

    /// <summary>
    /// Opens one repository of a configuration with its upstream index, for a command that looks a project up as a server does. Kept pages of that index are read,
    /// and nothing of it is written. The others, whose reserved names
    /// count, are as in <see cref="OpenWithoutStorage"/>. A secret of the configuration that can't be read here is no error, but for the password of the upstream index.
    /// </summary>
    /// <returns>The repositories that are open.</returns>
    Outcome<IReadOnlyList<Repository>> OpenWithUpstream(ConfigurationDocuments documents, RepositoryName name);

    /// <summary>
    /// Takes the repositories of a configuration for a command that uses their names and settings only: their storages are not opened and can't be used,
    /// and admin secrets are not read.
    /// </summary>
    Outcome<RepositorySet> OpenWithoutStorage(ConfigurationDocuments documents);

    /// <summary>
    /// Replaces the configuration: reads both documents, opens every repository, stores the documents for the next start, then swaps. A failure
    /// changes nothing, and requests are served meanwhile. A configuration that another server on the root folder has stored is loaded first.
    /// </summary>
    /// <param name="documents">The new configuration.</param>
    /// <param name="authorOf">Determines the author, given the current set, or refuses. <see cref="FailureKind.Forbidden"/> if the author may not change so much.</param>
    /// <param name="beforeCommit">Called right before the documents are stored; its failure is returned, and nothing is changed.</param>
    /// <param name="cancellationToken">Gives up without having changed anything.</param>
    Task<Outcome<RepositorySet>> ReplaceAsync(
        ConfigurationDocuments documents,
        Func<RepositorySet?, Outcome<ConfigurationAuthor>> authorOf,
        Func<Task<Failure?>> beforeCommit,
        CancellationToken cancellationToken);

    /// <summary>
    /// Reads the configuration again and takes it: its documents, and the variables and files that hold secrets. A failure changes nothing, and requests
    /// are served meanwhile. A repository whose storage is away is taken too, with the index that is at hand.
    /// </summary>
    /// <param name="read">Reads the documents, while nobody else replaces the configuration.</param>
    /// <param name="cancellationToken">Gives up without having changed anything.</param>
    Task<Outcome<RepositorySet>> ReloadAsync(Func<CancellationToken, Task<Outcome<ConfigurationDocuments>>> read, CancellationToken cancellationToken);

    /// <summary>
    /// Loads the configuration that another server has stored in the root folder, if this one has none or uses the stored one. Cheap if it has not
    /// changed.
    /// </summary>
    /// <returns>Why the stored configuration can't be used, in which case the current set stays; null on success.</returns>
    Task<Failure?> FollowAsync(CancellationToken cancellationToken);
}
