using System.Buffers;
using System.Net;
using IPNetwork = System.Net.IPNetwork;

namespace PyWharf.Api.Observability;

/// <summary>
/// The id of a request (X-Request-ID): that of a trusted proxy, so that its log and this server's tell of the same request; otherwise a new one. It is
/// answered, and written to the access log and the audit log. A stranger's is not taken: it could be that of another request.
/// </summary>
/// <param name="next">What comes after.</param>
/// <param name="trustedProxies">Whose ids are taken.</param>
internal sealed class RequestIds(RequestDelegate next, IReadOnlyList<IPNetwork> trustedProxies)
{
    private const string Header = "X-Request-ID";
    private const int Longest = 128;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:+/=@-");

    public Task InvokeAsync(HttpContext http)
    {
        if (trustedProxies.Count > 0
            && http.Request.Headers.TryGetValue(Header, out var sent)
            && sent is [{ Length: > 0 and <= Longest } id]
            && !id.AsSpan().ContainsAnyExcept(Allowed)
            && IsTrusted(http.Connection.RemoteIpAddress))
        {
            http.TraceIdentifier = id;
        }

        Answer(http);

        return next(http);
    }

    /// <summary>Sets the header of the answer, also after its headers were cleared.</summary>
    public static void Answer(HttpContext http) => http.Response.Headers[Header] = http.TraceIdentifier;

    private bool IsTrusted(IPAddress? address)
    {
        var from = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

        return from is not null && trustedProxies.Any(network => network.Contains(from));
    }
}
