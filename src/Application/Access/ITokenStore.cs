using PyWharf.Domain;

namespace PyWharf.Application.Access;

/// <summary>
/// The tokens that were made at run time. Those of the configuration are not among them. Safe for concurrent use, also by several processes. An
/// exception is a fault of disk or database; a store that can't be read has no tokens, until it can.
/// </summary>
public interface ITokenStore
{
    /// <summary>
    /// The token with this digest, expired or not, or null. A known token completes synchronously, from memory. Knows what other processes revoked within
    /// two seconds, and what they made at once as a rule: an unknown token is looked for, at most twenty times a second. Never fails.
    /// </summary>
    ValueTask<AccessToken?> FindAsync(Sha256Digest digest, CancellationToken cancellationToken);

    /// <summary>The token of that name, or null. As of now, whoever made it.</summary>
    Task<AccessToken?> FindByNameAsync(RepositoryName repository, TokenName name, CancellationToken cancellationToken);

    /// <summary>All tokens of a repository, by name. As of now, whoever made them.</summary>
    Task<IReadOnlyList<AccessToken>> ListAsync(RepositoryName repository, CancellationToken cancellationToken);

    /// <summary>Adds a token, which opens its repository from then on. Durable when it returns.</summary>
    /// <param name="token">The token.</param>
    /// <param name="most">The most tokens that a repository may have.</param>
    /// <param name="cancellationToken">Gives up without having changed anything.</param>
    Task<TokenAddition> TryAddAsync(AccessToken token, int most, CancellationToken cancellationToken);

    /// <summary>Removes a token, which is refused from then on. False when there is none of that name. Durable when it returns.</summary>
    Task<bool> RemoveAsync(RepositoryName repository, TokenName name, CancellationToken cancellationToken);

    /// <summary>Notes that a token was used today. Cheap: it writes once a day for each token, later, and never fails.</summary>
    void Used(AccessToken token);

    /// <summary>Reads what other processes changed, and writes which tokens were used. A background job calls it every second. Never fails.</summary>
    Task RefreshAsync(CancellationToken cancellationToken);
}
