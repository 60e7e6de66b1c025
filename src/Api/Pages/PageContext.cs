using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Api.Pages;

/// <summary>What every page knows of its request.</summary>
/// <param name="Links">The URLs of this server's pages.</param>
/// <param name="Visitor">Whose session it is; null for a visitor without one.</param>
public sealed record PageContext(PageLinks Links, Visitor? Visitor)
{
    /// <summary>The repository that the page is about; null for none.</summary>
    public RepositoryName? Repository { get; init; }

    /// <summary>What the visitor may do in <see cref="Repository"/>.</summary>
    public AccessLevel Access { get; init; }

    /// <summary>The result of the visitor's last action, shown once; null for none.</summary>
    public string? Notice { get; init; }
}
