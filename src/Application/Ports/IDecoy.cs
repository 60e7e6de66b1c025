using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>
/// Answers in place of a repository that is not there, so that nothing tells it from one whose storage asks another server about secrets: neither
/// the answer, nor the time that it takes, nor what many such answers lead to.
/// </summary>
public interface IDecoy
{
    /// <summary>
    /// What <see cref="IRepositoryBackend.GetAccessAsync"/> says of a secret that opens nothing: <see cref="AccessLevel.None"/>, or
    /// <see cref="FailureKind.Unavailable"/> where it would not ask now, or ask in vain.
    /// </summary>
    /// <param name="repository">The name, normalised where it can be one: an answer is remembered for one name.</param>
    /// <param name="secret">What was shown.</param>
    /// <param name="from">Where.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<Outcome<AccessLevel>> GetAccessAsync(string repository, Secret secret, ClientAddress from, CancellationToken cancellationToken);
}
