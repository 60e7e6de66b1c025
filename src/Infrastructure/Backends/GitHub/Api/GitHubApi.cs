using System.Net.Http.Headers;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>
/// The calls to GitHub's REST API that a repository of packages needs, and no others: Octokit could stand in for this class. Everything that
/// fails throws <see cref="GitHubException"/>. Reads are tried again by themselves; a write is tried once, since whoever makes it has to look
/// whether it took effect (<see cref="Trouble.Unreachable"/>) before it is repeated.
/// </summary>
internal sealed partial class GitHubApi
{
    private readonly string _owner;
    private readonly string _repo;
    private readonly GitHubChannel _channel;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    private int _hasMoved;

    /// <param name="client">From <see cref="GitHubConnections"/>.</param>
    /// <param name="apiUrl"><c>https://api.github.com</c>, or <c>https://HOST/api/v3</c>.</param>
    /// <param name="owner">A user or an organisation.</param>
    /// <param name="repo">Of theirs.</param>
    /// <param name="time">Measures patience.</param>
    /// <param name="logger">Is told once if the repository has moved.</param>
    public GitHubApi(HttpClient client, Uri apiUrl, string owner, string repo, TimeProvider time, ILogger? logger = null)
    {
        _channel = new GitHubChannel(client, apiUrl, time);
        _owner = owner;
        _repo = repo;
        _time = time;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>The API of one repository, with the connections that all repositories of that GitHub share.</summary>
    public static GitHubApi Create(Uri apiUrl, string owner, string repo, TimeProvider time, ILogger logger) =>
        new(GitHubConnections.To(apiUrl, time, logger), apiUrl, owner, repo, time, logger);

    /// <summary>The repository, with what the token's user may do in it; a token of narrower scope may be refused all the same.</summary>
    public Task<GitHubRepository> GetRepositoryAsync(Secret token, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, Repository, new GitHubCall { Token = token }, GitHubJson.Default.GitHubRepository, cancellationToken);

    /// <summary>Whose token it is; <see cref="Trouble.Forbidden"/> for the token of a workflow or an app, which is nobody's.</summary>
    public Task<GitHubUser> GetUserAsync(Secret token, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, _channel.Url($"user"), new GitHubCall { Token = token }, GitHubJson.Default.GitHubUser, cancellationToken);

    private Uri Repository => _channel.Url($"repos/{_owner}/{_repo}");

    private async Task<T> AskAsync<T>(
        HttpMethod method, Uri url, GitHubCall call, JsonTypeInfo<T> type, CancellationToken cancellationToken, HttpContent? content = null)
        where T : class
    {
        using var response = await SendAsync(method, url, call, cancellationToken, content);

        return await _channel.ReadAsync(response, call, type, cancellationToken);
    }

    private async Task DoAsync(
        HttpMethod method, Uri url, Secret token, CancellationToken cancellationToken, HttpContent? content = null)
    {
        var call = new GitHubCall { Token = token };
        using var response = await SendAsync(method, url, call, cancellationToken, content);
        await _channel.CheckAsync(response, call, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri url, GitHubCall call, CancellationToken cancellationToken, HttpContent? content = null, Action<HttpRequestHeaders>? headers = null)
    {
        var response = await _channel.SendAsync(method, url, call, cancellationToken, content, headers);
        if (call.Token is not null && response.RequestMessage?.RequestUri != url && Interlocked.Exchange(ref _hasMoved, 1) == 0)
        {
            Log.HasMoved(_logger, _owner, _repo);
        }

        return response;
    }

    /// <summary>Null in place of the trouble that means that there is nothing.</summary>
    private static async Task<T?> FindAsync<T>(Task<T> asking, params Trouble[] absent)
        where T : class
    {
        try
        {
            return await asking;
        }
        catch (GitHubException exception) when (absent.Contains(exception.Trouble))
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "GitHub says that {Owner}/{Repo} has moved: it is followed, but the configuration should name the new place")]
        public static partial void HasMoved(ILogger logger, string owner, string repo);
    }
}
