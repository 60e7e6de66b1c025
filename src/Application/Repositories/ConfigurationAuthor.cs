using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>Who submits a configuration, which determines what they may change. A closed union.</summary>
public abstract record ConfigurationAuthor
{
    private ConfigurationAuthor()
    {
    }

    /// <summary>The operator, who starts the server or knows PYWHARF_INITIALIZE_SECRET: may change everything.</summary>
    public sealed record ServerOperator : ConfigurationAuthor;

    /// <summary>The holder of a repository's admin secret.</summary>
    public sealed record Admin(RepositoryName Repository) : ConfigurationAuthor;

    /// <summary>Anybody, while the server has no configuration.</summary>
    public sealed record Anonymous : ConfigurationAuthor;
}
