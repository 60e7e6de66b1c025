using System.Security.Cryptography;
using System.Text;

namespace PyWharf.Application.Sessions;

/// <summary>The random text of a session id or CSRF token: 256 bits, safe in cookies and forms.</summary>
public static class SessionToken
{
    /// <summary>A new one.</summary>
    public static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether a text has the form of one.</summary>
    public static bool IsWellFormed(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>What a store keeps of a session id: the SHA-256 of its text, so that neither a stored key nor the time of a lookup reveals an id.</summary>
    public static string DigestOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
}
