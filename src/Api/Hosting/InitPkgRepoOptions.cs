using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Commands;

namespace PyWharf.Api.Hosting;

/// <summary>What <c>pywharf github.init_pkg_repo</c> was asked to do.</summary>
internal sealed record InitPkgRepoOptions
{
    /// <summary>The repository to make.</summary>
    public required PackageRepositoryPlan Plan { get; init; }

    /// <summary>Whose rights are used; null for a dry run, which uses none.</summary>
    public Secret? Token { get; init; }
}
