using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub;

namespace PyWharf.Api.Commands;

/// <summary>Options of <c>pywharf github.gen_gh_pages</c>.</summary>
internal sealed record GenGhPagesOptions
{
    /// <summary>The repository whose pages are written.</summary>
    public required GitHubConfig Repository { get; init; }

    /// <summary>The GitHub token.</summary>
    public required Secret Token { get; init; }

    /// <summary>Full path of the output folder.</summary>
    public required string OutputFolder { get; init; }
}
