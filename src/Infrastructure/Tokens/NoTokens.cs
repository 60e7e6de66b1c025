using PyWharf.Application.Access;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Tokens;

/// <summary>A store without tokens.</summary>
internal sealed class NoTokens : ITokenStore
{
    public AccessToken? Find(Sha256Digest digest) => null;

    public IReadOnlyList<AccessToken> List(RepositoryName repository) => [];

    public Task<bool> TryAddAsync(AccessToken token, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task<bool> RemoveAsync(RepositoryName repository, TokenName name, CancellationToken cancellationToken) => Task.FromResult(false);

    public void Used(AccessToken token)
    {
    }
}
