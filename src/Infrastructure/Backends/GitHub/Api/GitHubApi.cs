using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Octokit;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>
/// The calls to GitHub's REST API that a repository of packages needs. What has JSON on both sides goes through Octokit; bytes, conditional requests and the
/// list of releases do not (decision 0023). Everything that fails throws <see cref="GitHubException"/>. Reads are tried again by themselves; a write is tried once, since whoever makes it has to look
/// whether it took effect (<see cref="GitHubErrorKind.Unavailable"/>) before it is repeated.
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
    /// <param name="repo">Of theirs.</param>
    /// <param name="time">Measures patience.</param>
    /// <param name="logger">Is told once if the repository has moved.</param>
    public GitHubApi(HttpClient client, Uri apiUrl, string owner, string repo, TimeProvider time, ILogger? logger = null)
    {
        _transport = new GitHubTransport(client, apiUrl, $"{owner}/{repo}", time, logger ?? NullLogger.Instance);
        (_owner, _repo, _time) = (owner, repo, time);
    }

    /// <summary>The API of one repository, with the connections that all repositories of that GitHub share.</summary>
    public static GitHubApi Create(Uri apiUrl, string owner, string repo, TimeProvider time, ILogger logger) =>
        new(GitHubHttpClients.For(apiUrl, time, logger), apiUrl, owner, repo, time, logger);

    /// <summary>The repository, with what the token's user may do in it; a token of narrower scope may be refused all the same.</summary>
    public Task<GitHubRepository> GetRepositoryAsync(Secret token, CancellationToken cancellationToken) =>
        GetAsync<GitHubRepository>(_transport.Url($"repos/{_owner}/{_repo}"), token, cancellationToken);

    /// <summary>Whose token it is; <see cref="GitHubErrorKind.Forbidden"/> for the token of a workflow or an app, which is nobody's.</summary>
    public Task<GitHubUser> GetUserAsync(Secret token, CancellationToken cancellationToken) =>
        GetAsync<GitHubUser>(_transport.Url($"user"), token, cancellationToken);

    private IApiConnection Connect(Secret token, CancellationToken cancellationToken) => _transport.Connect(new GitHubRequestOptions { Token = token }, cancellationToken);

    private Task<T> GetAsync<T>(Uri url, Secret token, CancellationToken cancellationToken)
        where T : class =>
        _transport.ReadAsync(Connect(token, cancellationToken).Get<T>(url));

    private Task<T> PostAsync<T>(Uri url, object body, Secret token, CancellationToken cancellationToken)
        where T : class =>
        _transport.ReadAsync(Connect(token, cancellationToken).Post<T>(url, body, cancellationToken));

    /// <summary>Null in place of the trouble that means that there is nothing.</summary>
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
