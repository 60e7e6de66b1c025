using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Commands;

namespace PyWharf.Api.Commands;

/// <summary>Options of <c>pywharf github.init_pkg_repo</c>.</summary>
internal sealed record InitPkgRepoOptions
{
    /// <summary>The repository to create.</summary>
    public required PackageRepositoryPlan Plan { get; init; }

    /// <summary>The GitHub token; null for a dry run, which needs none.</summary>
    public Secret? Token { get; init; }
}
