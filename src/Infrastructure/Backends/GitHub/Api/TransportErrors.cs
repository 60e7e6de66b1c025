using Polly.Timeout;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>What goes wrong below HTTP.</summary>
internal static class TransportErrors
{
    /// <summary>Whether an exception says that there is no whole answer from GitHub, as opposed to a bug of ours or somebody who hung up.</summary>
    public static bool IsTransportError(this Exception exception) => exception is
        HttpRequestException or IOException or InvalidDataException or TimeoutRejectedException
        // How the framework says that a connection took too long.
        or OperationCanceledException { InnerException: TimeoutException };

    /// <summary>Whether asking again may help.</summary>
    public static bool IsTransient(this Exception exception) =>
        exception is GitHubException { Kind: GitHubErrorKind.Unavailable } || (exception.IsTransportError() && !exception.IsTooLarge());

    /// <summary>Whether there was more of an answer than is taken.</summary>
    public static bool IsTooLarge(this Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded };
}
