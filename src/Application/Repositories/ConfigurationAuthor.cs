using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>Who gives the server a configuration, which decides what they may change. A closed union.</summary>
public abstract record ConfigurationAuthor
{
    private ConfigurationAuthor()
    {
    }

    /// <summary>Who starts the server, or shows PYWHARF_INITIALIZE_SECRET: may do all.</summary>
    public sealed record ServerOperator : ConfigurationAuthor;

    /// <summary>Who shows the admin secret of a repository.</summary>
    public sealed record Admin(RepositoryName Repository) : ConfigurationAuthor;

    /// <summary>Whoever comes first, where there is no configuration.</summary>
    public sealed record Anonymous : ConfigurationAuthor;
}
