using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.Groups;

/// <summary>A repository of a group.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Secret">With which its storage acts for readers of the group, who may not have a secret of the member: its admin secret, or an empty one.</param>
internal sealed record GroupMember(Repository Repository, Secret Secret);
