using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>A request to one repository. AccessBehavior finds the repository and checks the caller before the handler runs.</summary>
/// <param name="Credential">The caller's credential; null if there is none.</param>
/// <param name="Addressed">The repository named in the URL; null if the credential names it.</param>
public abstract record RepositoryRequest(Credential? Credential, RepositoryName? Addressed)
{
    private Repository? _repository;
    private Principal? _principal;

    /// <summary>The access that the request requires.</summary>
    public abstract AccessLevel RequiredAccess { get; }

    /// <summary>Whether the audit log has a line of its change.</summary>
    internal bool IsRecorded { get; set; }

    /// <summary>Name of the repository, for the log; null if none is found.</summary>
    internal RepositoryName? Found => _repository?.Name;

    /// <summary>Who sends the request; null while that is not known.</summary>
    internal Principal? Recognised => _principal;

    /// <summary>Who sends the request, set once that is known.</summary>
    internal Principal Principal
    {
        get => _principal ?? throw new InvalidOperationException("The access behaviour has not seen this request.");
        set => _principal = value;
    }

    /// <summary>The repository, set together with the principal.</summary>
    internal Repository Repository
    {
        get => _repository ?? throw new InvalidOperationException("The access behaviour has not seen this request.");
        set => _repository = value;
    }
}
