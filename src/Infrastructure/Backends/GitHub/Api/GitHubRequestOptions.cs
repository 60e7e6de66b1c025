using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>How one request is to be treated on its way; it travels with the request.</summary>
internal sealed record GitHubRequestOptions
{
    private static readonly HttpRequestOptionsKey<GitHubRequestOptions> Key = new(nameof(GitHubRequestOptions));

    /// <summary>Who is asking; null where nobody may be told, as at the storage of assets.</summary>
    public Secret? Token { get; init; }

    /// <summary>For one try: to the last byte of an answer that is read whole, else to its first.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How large an answer may be, once decompressed; null where it is not read here, but passed on as it comes.</summary>
    public int? MaxResponseBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Whether success comes in JSON.</summary>
    public bool ExpectsJson { get; init; } = true;

    /// <summary>Whether a redirect to the bytes of an asset is the answer, not a way to it.</summary>
    public bool ReturnsAssetRedirect { get; init; }

    /// <summary>Whether 502 and 504 are left to the caller, who knows something better than the same question again.</summary>
    public bool ReturnsGatewayErrors { get; init; }

    /// <summary>Makes the request travel with it.</summary>
    public void AttachTo(HttpRequestMessage request) => request.Options.Set(Key, this);

    /// <summary>What the request travels with.</summary>
    public static GitHubRequestOptions Of(HttpRequestMessage request) =>
        request.Options.TryGetValue(Key, out var options) ? options : throw new InvalidOperationException("Requests to GitHub are made in one place.");
}
