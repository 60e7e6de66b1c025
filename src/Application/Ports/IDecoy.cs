using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>
/// Checks access in place of a repository that does not exist, indistinguishably from one whose storage asks another server about secrets: same
/// responses, same delays, same limits.
/// </summary>
public interface IDecoy
{
    /// <summary>
    /// As <see cref="IRepositoryBackend.GetAccessAsync"/> for an invalid secret: <see cref="AccessLevel.None"/>, or
    /// <see cref="FailureKind.Unavailable"/> when a real repository would not or could not ask the other server.
    /// </summary>
    /// <param name="repository">The requested name, normalised if it is valid; answers are cached per name.</param>
    /// <param name="secret">The client's secret.</param>
    /// <param name="from">The client's address.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<Outcome<AccessLevel>> GetAccessAsync(string repository, Secret secret, ClientAddress from, CancellationToken cancellationToken);
}
