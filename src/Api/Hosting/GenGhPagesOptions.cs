using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub;

namespace PyWharf.Api.Hosting;

/// <summary>What <c>pywharf github.gen_gh_pages</c> was asked to do.</summary>
internal sealed record GenGhPagesOptions
{
    /// <summary>The repository whose index is written.</summary>
    public required GitHubConfig Repository { get; init; }

    /// <summary>Whose rights are used.</summary>
    public required Secret Token { get; init; }

    /// <summary>Full path of the folder to write to.</summary>
    public required string OutputFolder { get; init; }
}
