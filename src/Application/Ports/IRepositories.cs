using PyWharf.Application.Indexing;
using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>The repositories that this server serves now.</summary>
public interface IRepositories
{
    /// <summary>The set in use; null while the server has no configuration. Take it once per request: it is replaced as a whole.</summary>
    RepositorySet? Current { get; }

    /// <summary>Told each new set, by the one who put it in place.</summary>
    event Action<RepositorySet>? Replaced;

    /// <summary>
    /// Takes a configuration for a server that starts: opens every repository, which shows no index until it was read.
    /// <see cref="FailureKind.Invalid"/> says where a document is wrong.
    /// </summary>
    Outcome<RepositorySet> Open(ConfigurationDocuments documents);

    /// <summary>
    /// Puts another configuration in place of the current one: reads both documents, opens every repository, keeps both documents for the
    /// next start, then swaps. Any failure leaves all as it was; requests go on meanwhile.
    /// </summary>
    /// <param name="documents">The new configuration.</param>
    /// <param name="mayReplace">Asked last, with no other replacement under way: a reason why not, given the set in use.</param>
    /// <param name="cancellationToken">Gives up without having changed anything.</param>
    Task<Outcome<RepositorySet>> ReplaceAsync(
        ConfigurationDocuments documents, Func<RepositorySet?, Failure?> mayReplace, CancellationToken cancellationToken);
}
