using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Octokit;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>
/// The calls to GitHub's REST API that a repository of packages needs. Calls with JSON on both sides go through Octokit; bytes, conditional requests and
/// the list of releases are sent by hand over the same handlers (docs/decisions/0023). Every failure
/// is a <see cref="GitHubException"/>. Reads are retried here; a write is sent once, and after <see cref="GitHubErrorKind.Unavailable"/> the caller finds
/// out whether it took effect before it repeats it.
/// </summary>
internal sealed partial class GitHubApi
{
    private readonly string _owner;
    private readonly string _repo;
    private readonly GitHubTransport _transport;
    private readonly TimeProvider _time;

    /// <param name="client">From <see cref="GitHubHttpClients"/>.</param>
    /// <param name="apiUrl"><c>https://api.github.com</c>, or <c>https://HOST/api/v3</c>.</param>
    /// <param name="owner">A user or an organisation.</param>
    /// <param name="repo">The name of the repository.</param>
    /// <param name="time">Measures timeouts.</param>
    /// <param name="logger">Logs once that the repository has moved.</param>
    public GitHubApi(HttpClient client, Uri apiUrl, string owner, string repo, TimeProvider time, ILogger? logger = null)
    {
        _transport = new GitHubTransport(client, apiUrl, $"{owner}/{repo}", time, logger ?? NullLogger.Instance);
        (_owner, _repo, _time) = (owner, repo, time);
    }

    /// <summary>The API of one repository, over the HTTP client that all repositories on the same GitHub share.</summary>
    public static GitHubApi Create(Uri apiUrl, string owner, string repo, TimeProvider time, ILogger logger) =>
        new(GitHubHttpClients.For(apiUrl, time, logger), apiUrl, owner, repo, time, logger);

    /// <summary>The repository, with the permissions of the token's user. A token of narrower scope may be refused nevertheless.</summary>
    public Task<GitHubRepository> GetRepositoryAsync(Secret token, CancellationToken cancellationToken) =>
        GetAsync<GitHubRepository>(_transport.Url($"repos/{_owner}/{_repo}"), token, cancellationToken);

    /// <summary>The user of the token; <see cref="GitHubErrorKind.Forbidden"/> for the token of a workflow or an app, which has none.</summary>
    public Task<GitHubUser> GetUserAsync(Secret token, CancellationToken cancellationToken) =>
        GetAsync<GitHubUser>(_transport.Url($"user"), token, cancellationToken);

    private IApiConnection Connect(Secret token, CancellationToken cancellationToken) => _transport.Connect(new GitHubRequestOptions { Token = token }, cancellationToken);

    private Task<T> GetAsync<T>(Uri url, Secret token, CancellationToken cancellationToken)
        where T : class =>
        _transport.ReadAsync(Connect(token, cancellationToken).Get<T>(url));

    private Task<T> PostAsync<T>(Uri url, object body, Secret token, CancellationToken cancellationToken)
        where T : class =>
        _transport.ReadAsync(Connect(token, cancellationToken).Post<T>(url, body, cancellationToken));

    /// <summary>Null in place of the error kinds that mean that there is nothing.</summary>
    private static async Task<T?> FindAsync<T>(Task<T> asking, params GitHubErrorKind[] absent)
        where T : class
    {
        try
        {
            return await asking;
        }
        catch (GitHubException exception) when (absent.Contains(exception.Kind))
        {
            return null;
        }
    }
}
