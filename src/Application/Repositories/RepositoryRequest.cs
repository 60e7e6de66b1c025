using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>A request to one repository. The pipeline finds the repository and checks the caller before any handler runs.</summary>
/// <param name="Credential">Who asks; null when nobody said.</param>
/// <param name="Addressed">The repository that the URL names; null where the credential has to name it.</param>
public abstract record RepositoryRequest(Credential? Credential, RepositoryName? Addressed)
{
    private Repository? _repository;

    /// <summary>What the caller must be allowed to do.</summary>
    public abstract AccessLevel RequiredAccess { get; }

    /// <summary>What the repository is called, for the log; null where none was found.</summary>
    internal RepositoryName? Found => _repository?.Name;

    /// <summary>The repository, once the caller was found to be allowed in.</summary>
    internal Repository Repository
    {
        get => _repository ?? throw new InvalidOperationException("The access behaviour has not seen this request.");
        set => _repository = value;
    }
}
