using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>How the handlers treat a request; attached to its options.</summary>
internal sealed record GitHubRequestOptions
{
    private static readonly HttpRequestOptionsKey<GitHubRequestOptions> Key = new(nameof(GitHubRequestOptions));

    /// <summary>The token; null for a request that must not have one, as to the storage of assets.</summary>
    public Secret? Token { get; init; }

    /// <summary>The timeout of one attempt: to the last byte of a buffered response, else to its headers.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How large a response may be, decompressed; null for one that is streamed instead of buffered.</summary>
    public int? MaxResponseBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Whether a successful response is JSON.</summary>
    public bool ExpectsJson { get; init; } = true;

    /// <summary>Whether a redirect to the bytes of an asset is returned instead of followed.</summary>
    public bool ReturnsAssetRedirect { get; init; }

    /// <summary>Whether 502 and 504 are returned instead of retried, for a caller that then makes another request.</summary>
    public bool ReturnsGatewayErrors { get; init; }

    /// <summary>Attaches the options to a request.</summary>
    public void AttachTo(HttpRequestMessage request) => request.Options.Set(Key, this);

    /// <summary>The options of a request.</summary>
    public static GitHubRequestOptions Of(HttpRequestMessage request) =>
        request.Options.TryGetValue(Key, out var options) ? options : throw new InvalidOperationException("Requests to GitHub are made in one place.");
}
