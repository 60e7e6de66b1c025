using Polly.Timeout;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>Classifies exceptions of HTTP requests.</summary>
internal static class TransportErrors
{
    /// <summary>Whether the connection failed or timed out, as opposed to a bug of ours or a cancelled request.</summary>
    public static bool IsTransportError(this Exception exception) => exception is
        HttpRequestException or IOException or InvalidDataException or TimeoutRejectedException
        // The framework's connect timeout.
        or OperationCanceledException { InnerException: TimeoutException };

    /// <summary>Whether a retry may help.</summary>
    public static bool IsTransient(this Exception exception) =>
        exception is GitHubException { Kind: GitHubErrorKind.Unavailable } || (exception.IsTransportError() && !exception.IsTooLarge());

    /// <summary>Whether the response exceeds <see cref="GitHubRequestOptions.MaxResponseBytes"/>.</summary>
    public static bool IsTooLarge(this Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded };
}
