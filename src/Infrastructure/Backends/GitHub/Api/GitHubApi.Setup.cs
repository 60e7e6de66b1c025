using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <content>Setting up a repository.</content>
internal sealed partial class GitHubApi
{
    /// <summary>Creates a repository with a first commit, which can appear some seconds later.</summary>
    /// <param name="token">A token that may create it.</param>
    /// <param name="owner">The token's user, or an organisation.</param>
    /// <param name="isOrganization">Whether the owner is an organisation.</param>
    /// <param name="repo">Its name.</param>
    /// <param name="isPrivate">Whether it is private.</param>
    /// <param name="description">Its description, in one line.</param>
    /// <param name="cancellationToken">Cancels the request, which may have taken effect.</param>
    /// <exception cref="GitHubException"><see cref="GitHubErrorKind.AlreadyExists"/>: the name is taken.</exception>
    public Task<GitHubRepository> CreateRepositoryAsync(
        Secret token, string owner, bool isOrganization, string repo, bool isPrivate, string description, CancellationToken cancellationToken) =>
        PostAsync<GitHubRepository>(
            isOrganization ? _transport.Url($"orgs/{owner}/repos") : _transport.Url($"user/repos"),
            new NewRepository(repo, description, isPrivate, AutoInit: true),
            token,
            cancellationToken);

    /// <summary>Publishes a branch as a GitHub Pages site; an existing site is a success.</summary>
    public async Task EnablePagesAsync(Secret token, string branch, CancellationToken cancellationToken)
    {
        try
        {
            await Connect(token, cancellationToken).Post<object>(
                _transport.Url($"repos/{_owner}/{_repo}/pages"), new NewPages(new PagesSource(branch, "/")), cancellationToken);
        }
        catch (GitHubException exception) when (exception.Kind == GitHubErrorKind.Conflict)
        {
        }
    }
}
