using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <content>What makes a repository a place for packages.</content>
internal sealed partial class GitHubApi
{
    /// <summary>Makes a repository with a first commit, which may take some seconds longer to be there.</summary>
    /// <param name="token">Who makes it.</param>
    /// <param name="owner">Whose it will be: the token's user, or an organisation of theirs.</param>
    /// <param name="isOrganization">Which of both.</param>
    /// <param name="repo">Its name.</param>
    /// <param name="isPrivate">Whether only those see it who are let in.</param>
    /// <param name="description">One line about it.</param>
    /// <param name="cancellationToken">Stops asking, perhaps too late.</param>
    /// <exception cref="GitHubException"><see cref="GitHubErrorKind.AlreadyExists"/>: the name is taken.</exception>
    public Task<GitHubRepository> CreateRepositoryAsync(
        Secret token, string owner, bool isOrganization, string repo, bool isPrivate, string description, CancellationToken cancellationToken) =>
        PostAsync<GitHubRepository>(
            isOrganization ? _transport.Url($"orgs/{owner}/repos") : _transport.Url($"user/repos"),
            new NewRepository(repo, description, isPrivate, AutoInit: true),
            token,
            cancellationToken);

    /// <summary>Publishes a branch as a site; fine when there is a site already.</summary>
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
