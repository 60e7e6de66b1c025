using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>The repositories that this server serves now.</summary>
public interface IRepositories
{
    /// <summary>
    /// The set in use; null while the server has no configuration. Take it once per request: it is replaced as a whole. A repository of it may be
    /// closed at any time, unless it is held (<see cref="Repository.TryHold"/>).
    /// </summary>
    RepositorySet? Current { get; }

    /// <summary>Told each new set, by the one who put it in place.</summary>
    event Action<RepositorySet>? Replaced;

    /// <summary>
    /// What is wrong with a configuration, as far as that can be seen without opening anything: nothing is made on the disk. Null when nothing is.
    /// </summary>
    Failure? Check(ConfigurationDocuments documents);

    /// <summary>
    /// Takes a configuration for a server that starts: opens every repository, which shows no index until it was read.
    /// <see cref="FailureKind.Invalid"/> says where a document is wrong.
    /// </summary>
    Outcome<RepositorySet> Open(ConfigurationDocuments documents);

    /// <summary>Takes one repository of a configuration, for a command that works on it.</summary>
    /// <param name="documents">The configuration; its admin secrets are not read.</param>
    /// <param name="name">Which one.</param>
    /// <param name="adminSecret">What the command brings in place of the repository's admin secret.</param>
    Outcome<Repository> OpenOne(ConfigurationDocuments documents, RepositoryName name, Secret? adminSecret);

    /// <summary>
    /// Puts another configuration in place of the current one: reads both documents, opens every repository, keeps both documents for the
    /// next start, then swaps. Any failure leaves all as it was; requests go on meanwhile. What another server on the root folder put in place
    /// before is taken first.
    /// </summary>
    /// <param name="documents">The new configuration.</param>
    /// <param name="authorOf">Who sends it, given the set in use, or why they may not. <see cref="FailureKind.Forbidden"/> where it changes more than they may.</param>
    /// <param name="cancellationToken">Gives up without having changed anything.</param>
    Task<Outcome<RepositorySet>> ReplaceAsync(
        ConfigurationDocuments documents, Func<RepositorySet?, Outcome<ConfigurationAuthor>> authorOf, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the configuration that another server on the root folder was given: where this one has none, or goes by what that folder keeps.
    /// Cheap when there is nothing to do.
    /// </summary>
    /// <returns>Why what is kept can't be taken; null when all is well. The set in use stays then.</returns>
    Task<Failure?> ReloadAsync(CancellationToken cancellationToken);
}
