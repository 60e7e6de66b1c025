using PyWharf.Domain;

namespace PyWharf.Application.Access;

/// <summary>Wrong credentials, told to the other servers on the same database, so that a client has as many attempts at all of them as at one.</summary>
public interface ILoginFailureBroadcast
{
    /// <summary>Raised for each failure that another server has counted, from any thread.</summary>
    event Action<ClientAddress, RepositoryName?>? Received;

    /// <summary>
    /// Tells the others that this server has counted a failure. Constant work that never waits and never fails: what is too much to be sent, or can't be, is
    /// counted by this server only.
    /// </summary>
    void Send(ClientAddress address, RepositoryName? repository);
}
