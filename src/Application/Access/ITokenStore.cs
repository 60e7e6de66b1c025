using PyWharf.Domain;

namespace PyWharf.Application.Access;

/// <summary>The tokens that were made at run time. Those of the configuration are not among them. Safe for concurrent use.</summary>
public interface ITokenStore
{
    /// <summary>The token with this digest, expired or not, or null. Constant work in memory; knows what other processes changed within two seconds.</summary>
    AccessToken? Find(Sha256Digest digest);

    /// <summary>All tokens of a repository, by name.</summary>
    IReadOnlyList<AccessToken> List(RepositoryName repository);

    /// <summary>Adds a token. False when its repository has one of that name; then nothing has changed. Durable when it returns.</summary>
    Task<bool> TryAddAsync(AccessToken token, CancellationToken cancellationToken);

    /// <summary>Removes a token, which is refused from then on. False when there is none of that name. Durable when it returns.</summary>
    Task<bool> RemoveAsync(RepositoryName repository, TokenName name, CancellationToken cancellationToken);

    /// <summary>Notes that a token was used today. Cheap: it writes once a day for each token, later, and never fails.</summary>
    void Used(AccessToken token);
}
