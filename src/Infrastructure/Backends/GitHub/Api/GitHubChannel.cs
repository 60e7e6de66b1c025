using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>The one place where requests to GitHub are made, and what is no answer becomes a <see cref="GitHubException"/>.</summary>
internal sealed class GitHubChannel
{
    private const string Json = "application/vnd.github+json";

    private readonly HttpClient _client;
    private readonly TimeProvider _time;

    /// <param name="client">From <see cref="GitHubConnections"/>.</param>
    /// <param name="apiUrl"><c>https://api.github.com</c>, or <c>https://HOST/api/v3</c>.</param>
    /// <param name="time">Tells when a rate limit ends.</param>
    public GitHubChannel(HttpClient client, Uri apiUrl, TimeProvider time)
    {
        if (!apiUrl.IsAbsoluteUri || (apiUrl.Scheme != Uri.UriSchemeHttps && apiUrl.Scheme != Uri.UriSchemeHttp))
        {
            throw new ArgumentException("The URL of GitHub's API begins with https:// or http://.", nameof(apiUrl));
        }

        _client = client;
        _time = time;
        Api = new Uri(apiUrl.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/') + '/');
    }

    /// <summary>The URL of the API, which ends with a slash.</summary>
    public Uri Api { get; }

    /// <summary>A URL of the API; each hole is one segment or value, and a list of strings is that many segments.</summary>
    public Uri Url(FormattableString path) =>
        new(Api, string.Format(CultureInfo.InvariantCulture, path.Format, [.. path.GetArguments().Select(Escape)]));

    /// <summary>Asks once, as far as anybody above <see cref="GitHubResilience"/> can tell, and gives back whatever the answer is.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri url, GitHubCall call, CancellationToken cancellationToken, HttpContent? content = null, Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        call.AttachTo(request);
        if (call.Token is { } token)
        {
            request.Headers.Authorization = Bearer(token);
            request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
        }

        if (call.IsJson)
        {
            request.Headers.Add("Accept", Json);
        }

        headers?.Invoke(request.Headers);
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (Exception exception) when (exception.IsTooLarge())
        {
            throw new GitHubException(Trouble.Unreachable, $"The answer of GitHub at {url.Host} is larger than this server takes.", inner: exception);
        }
        catch (Exception exception) when (exception.IsTransport() && !cancellationToken.IsCancellationRequested)
        {
            throw new GitHubException(Trouble.Unreachable, $"GitHub at {url.Host} cannot be reached, or does not answer in time.", inner: exception);
        }
    }

    /// <summary>What the answer says, if it is a good one.</summary>
    public async Task<T> ReadAsync<T>(HttpResponseMessage response, GitHubCall call, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        await CheckAsync(response, call, cancellationToken);
        try
        {
            return await JsonSerializer.DeserializeAsync(await response.Content.ReadAsStreamAsync(cancellationToken), type, cancellationToken)
                ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw new GitHubException(Trouble.Unreachable, $"GitHub at {Api.Host} answered nonsense.", inner: exception);
        }
    }

    /// <summary>Throws unless the answer is a good one.</summary>
    public async Task CheckAsync(HttpResponseMessage response, GitHubCall call, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw await GitHubRefusal.ReadAsync(response, call, _time.GetUtcNow(), cancellationToken);
        }
    }

    /// <summary>A body in JSON, of known length.</summary>
    public static HttpContent Body<T>(T value, JsonTypeInfo<T> type)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        return content;
    }

    private static object Escape(object? value) => value is string[] segments
        ? string.Join('/', segments.Select(Segment))
        : Segment(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");

    private static string Segment(string name) => name is "" or "." or ".."
        // A URL with such a segment means another one.
        ? throw new GitHubException(Trouble.Refused, $"GitHub has nothing that is called '{name}'.")
        : Uri.EscapeDataString(name);

    private static AuthenticationHeaderValue? Bearer(Secret token) => token.Reveal() switch
    {
        "" => null,
        var value when value.All(character => character is > ' ' and <= '~') => new AuthenticationHeaderValue("Bearer", value),
        // It would not go into a header.
        _ => throw new GitHubException(Trouble.BadToken, "The secret is no token of GitHub's: tokens have letters, digits and the like."),
    };
}
