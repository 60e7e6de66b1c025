using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Browsing;

/// <summary>A repository that a visitor may see.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Access">What the visitor may do in it.</param>
/// <param name="ProjectCount">How many projects the visitor finds there; null while its index is being read.</param>
/// <param name="IsOpen">Whether reading takes no credentials.</param>
public sealed record VisibleRepository(RepositoryName Name, AccessLevel Access, int? ProjectCount, bool IsOpen);
