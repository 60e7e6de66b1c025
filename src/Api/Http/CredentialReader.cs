using System.Text;
using PyWharf.Api.Observability;
using PyWharf.Api.Sessions;
using PyWharf.Application.Access;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>Reads the credential of a request: from the Authorization header, else from the browser session.</summary>
internal static class CredentialReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null if there is none, or it is malformed.</summary>
    public static Credential? Read(HttpContext http)
    {
        var header = http.Request.Headers.Authorization;
        var credential = header.Count == 0 ? FromSession(http) : FromHeader(header.ToString());

        return credential is null ? null : Of(http, credential);
    }

    /// <summary>The credential with the client and the request it comes with.</summary>
    public static Credential Of(HttpContext http, Credential credential)
    {
        var shown = credential with { Address = http.Connection.RemoteIpAddress, RequestId = http.TraceIdentifier, Principal = null };
        http.Features.Get<AccessLogEntry>()?.Credential = shown;

        return shown;
    }

    private static Credential? FromSession(HttpContext http) => SessionCookie.Find(http) is { } session ? session.Credential with { Session = session.Repository } : null;

    private static Credential? FromHeader(string header)
    {
        var space = header.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
        {
            return null;
        }

        var scheme = header.AsSpan(0, space);
        var value = header.AsSpan(space + 1).Trim();

        if (scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return new Credential(Credential.TokenUser, new Secret(value.ToString()));
        }

        return scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) ? FromBasic(value) : null;
    }

    /// <summary>RFC 7617: base64 of user and password, split at the first colon; the password may contain colons.</summary>
    private static Credential? FromBasic(ReadOnlySpan<char> base64)
    {
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64Chars(base64, bytes, out var length))
        {
            return null;
        }

        var text = Decode(bytes.AsSpan(0, length));
        var colon = text.IndexOf(':', StringComparison.Ordinal);

        return colon < 0 ? null : new Credential(text[..colon], new Secret(text[(colon + 1)..]));
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            // The Python library requests, used by pip and twine, encodes in Latin-1 if possible, whatever charset the server announces.
            return Encoding.Latin1.GetString(bytes);
        }
    }
}
