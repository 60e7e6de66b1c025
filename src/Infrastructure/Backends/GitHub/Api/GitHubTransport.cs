using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Octokit;
using Octokit.Internal;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>
/// Sends all requests to GitHub, Octokit's and our own, and turns every failure into a <see cref="GitHubException"/>.
/// </summary>
internal sealed partial class GitHubTransport
{
    private const string Json = "application/vnd.github+json";

    private static readonly Octokit.ProductHeaderValue Product = new("pywharf");
    private static readonly InMemoryCredentialStore NoCredentials = new(Credentials.Anonymous);
    private static readonly GitHubJsonSerializer Serializer = new();

    private readonly HttpClient _client;
    private readonly string _repository;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    private int _hasMoved;

    /// <param name="client">From <see cref="GitHubHttpClients"/>.</param>
    /// <param name="apiUrl"><c>https://api.github.com</c>, or <c>https://HOST/api/v3</c>.</param>
    /// <param name="repository">Owner and name of the repository that the requests are about.</param>
    /// <param name="time">The clock, for the end of rate limits.</param>
    /// <param name="logger">Logs once that the repository has moved.</param>
    public GitHubTransport(HttpClient client, Uri apiUrl, string repository, TimeProvider time, ILogger logger)
    {
        if (!apiUrl.IsAbsoluteUri || (apiUrl.Scheme != Uri.UriSchemeHttps && apiUrl.Scheme != Uri.UriSchemeHttp))
        {
            throw new ArgumentException("The URL of GitHub's API begins with https:// or http://.", nameof(apiUrl));
        }

        (_client, _repository, _time, _logger) = (client, repository, time, logger);
        Api = new Uri(apiUrl.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/') + '/');
    }

    /// <summary>The URL of the API, ending in a slash.</summary>
    public Uri Api { get; }

    /// <summary>
    /// An Octokit connection for one call. Its requests go through <see cref="SendAsync"/>, which adds the token. Not for <c>GetAll</c>: its responses
    /// have no headers, so the first page would be taken for the whole list.
    /// </summary>
    public IApiConnection Connect(GitHubRequestOptions options, CancellationToken cancellationToken) =>
        new ApiConnection(new Connection(Product, Api, NoCredentials, new OctokitHttpClient(this, options, cancellationToken), Serializer));

    /// <summary>A URL of the API. Each interpolated value is escaped as one segment or query value; a list of strings is that many segments.</summary>
    public Uri Url(FormattableString path) =>
        Resolve(new Uri(string.Format(CultureInfo.InvariantCulture, path.Format, [.. path.GetArguments().Select(Escape)]), UriKind.Relative));

    /// <summary>The URL of an endpoint. The token is sent there, so it must have the origin of the API, and no segment that changes the path.</summary>
    public Uri Resolve(Uri endpoint)
    {
        if (endpoint.IsAbsoluteUri)
        {
            return endpoint.HasOriginOf(Api)
                ? endpoint
                : throw new GitHubException(GitHubErrorKind.Unavailable, $"GitHub at {Api.Host} refers to another server.");
        }

        var segments = endpoint.OriginalString.Split('?')[0].Split('/').Select(Uri.UnescapeDataString);
        if (segments.FirstOrDefault(name => name is "" or "." or "..") is { } other)
        {
            throw new GitHubException(GitHubErrorKind.Invalid, $"GitHub has nothing that is called '{other}'.");
        }

        return new Uri(Api, endpoint);
    }

    /// <summary>Sends a request through <see cref="GitHubHttpClients"/>, and returns the response whatever its status.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri url, GitHubRequestOptions options, CancellationToken cancellationToken, HttpContent? content = null, Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        options.AttachTo(request);
        if (options.Token is { } token)
        {
            request.Headers.Authorization = Bearer(token);
            request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
        }

        if (options.ExpectsJson)
        {
            request.Headers.Add("Accept", Json);
        }

        headers?.Invoke(request.Headers);
        try
        {
            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (options.Token is not null && response.RequestMessage?.RequestUri != url && Interlocked.Exchange(ref _hasMoved, 1) == 0)
            {
                Log.HasMoved(_logger, _repository);
            }

            return response;
        }
        catch (Exception exception) when (exception.IsTooLarge())
        {
            throw new GitHubException(GitHubErrorKind.Unavailable, $"The answer of GitHub at {url.Host} is larger than this server takes.", inner: exception);
        }
        catch (Exception exception) when (exception.IsTransportError() && !cancellationToken.IsCancellationRequested)
        {
            throw new GitHubException(GitHubErrorKind.Unavailable, $"GitHub at {url.Host} cannot be reached, or does not answer in time.", inner: exception);
        }
    }

    /// <summary>Reads the JSON of a successful response.</summary>
    public async Task<T> ReadAsync<T>(HttpResponseMessage response, GitHubRequestOptions options, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        await CheckAsync(response, options, cancellationToken);
        try
        {
            return await JsonSerializer.DeserializeAsync(await response.Content.ReadAsStreamAsync(cancellationToken), type, cancellationToken)
                ?? throw Nonsense();
        }
        catch (JsonException exception)
        {
            throw Nonsense(exception);
        }
    }

    /// <summary>The result of an Octokit connection, which is null for an empty response.</summary>
    public async Task<T> ReadAsync<T>(Task<T> answer)
        where T : class?
    {
        try
        {
            return await answer ?? throw Nonsense();
        }
        catch (JsonException exception)
        {
            throw Nonsense(exception);
        }
    }

    /// <summary>Throws unless the response is a success.</summary>
    public async Task CheckAsync(HttpResponseMessage response, GitHubRequestOptions options, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw await GitHubExceptionFactory.ReadAsync(response, options, _time.GetUtcNow(), cancellationToken);
        }
    }

    /// <summary>A JSON body with a Content-Length.</summary>
    public static HttpContent Body<T>(T value, JsonTypeInfo<T> type)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        return content;
    }

    private GitHubException Nonsense(Exception? inner = null) => new(GitHubErrorKind.Unavailable, $"GitHub at {Api.Host} answered nonsense.", inner: inner);

    private static object Escape(object? value) => value is string[] segments
        ? string.Join('/', segments.Select(Uri.EscapeDataString))
        : Uri.EscapeDataString(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");

    private static AuthenticationHeaderValue? Bearer(Secret token) => token.Reveal() switch
    {
        "" => null,
        var value when value.All(character => character is > ' ' and <= '~') => new AuthenticationHeaderValue("Bearer", value),
        // Not valid in a header.
        _ => throw new GitHubException(GitHubErrorKind.Unauthorized, "The secret is no token of GitHub's: tokens have letters, digits and the like."),
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "GitHub says that {Repository} has moved: it is followed, but the configuration should name the new place")]
        public static partial void HasMoved(ILogger logger, string repository);
    }
}
