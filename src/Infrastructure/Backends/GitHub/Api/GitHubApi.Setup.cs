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
    /// <exception cref="GitHubException"><see cref="Trouble.AlreadyExists"/>: the name is taken.</exception>
    public Task<GitHubRepository> CreateRepositoryAsync(
        Secret token, string owner, bool isOrganization, string repo, bool isPrivate, string description, CancellationToken cancellationToken) =>
        AskAsync(
            HttpMethod.Post,
            isOrganization ? _channel.Url($"orgs/{owner}/repos") : _channel.Url($"user/repos"),
            new GitHubCall { Token = token },
            GitHubJson.Default.GitHubRepository,
            cancellationToken,
            GitHubChannel.Body(new NewRepository(repo, description, isPrivate, AutoInit: true), GitHubJson.Default.NewRepository));

    /// <summary>Publishes a branch as a site; fine when there is a site already.</summary>
    public async Task EnablePagesAsync(Secret token, string branch, CancellationToken cancellationToken)
    {
        try
        {
            await DoAsync(
                HttpMethod.Post,
                _channel.Url($"repos/{_owner}/{_repo}/pages"),
                token,
                cancellationToken,
                GitHubChannel.Body(new NewPages(new PagesSource(branch, "/")), GitHubJson.Default.NewPages));
        }
        catch (GitHubException exception) when (exception.Trouble == Trouble.Conflict)
        {
        }
    }
}
