using System.Net.Sockets;
using System.Security.Authentication;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Says why there is no connection to another server.</summary>
internal static class ConnectionTrouble
{
    /// <summary>Why no connection could be made; null for other errors. The framework's message is not used, as it may contain the password of a proxy.</summary>
    public static string? ReasonOf(HttpRequestException exception) => exception.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "its name can't be resolved",
        HttpRequestError.ConnectionError => $"there is no connection{((exception.InnerException as SocketException)?.SocketErrorCode is { } error ? $" ({error})" : "")}",
        HttpRequestError.SecureConnectionError => $"TLS fails{(exception.InnerException is AuthenticationException inner ? $" ({inner.Message.TrimEnd('.')})" : "")}",
        HttpRequestError.ProxyTunnelError => "the proxy does not connect to it",
        _ => null,
    };
}
