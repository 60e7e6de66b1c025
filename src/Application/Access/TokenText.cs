using System.Buffers;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using PyWharf.Domain;

namespace PyWharf.Application.Access;

/// <summary>
/// The text of a token: <c>pyw_</c>, 32 random base62 characters, then the CRC-32 (zlib's) of these 36 as six base62 digits. The prefix and the
/// checksum let secret scanners recognise a leaked token without asking the server.
/// </summary>
public static class TokenText
{
    private const string Prefix = "pyw_";
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int RandomLength = 32; // 190 bits
    private const int ChecksumLength = 6; // 62^6 > 2^32
    private const int CheckedLength = 36;

    private static readonly SearchValues<char> Characters = SearchValues.Create(Base62);

    /// <summary>A new token.</summary>
    public static Secret New()
    {
        var text = Prefix + RandomNumberGenerator.GetString(Base62, RandomLength);

        return new Secret(text + Checksum(text));
    }

    /// <summary>Whether a text has the form of a token, its checksum included. It need not be one that anybody made.</summary>
    public static bool IsWellFormed(Secret secret) => secret.Reveal() is var text
        && text.Length == CheckedLength + ChecksumLength
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && !text.AsSpan(Prefix.Length).ContainsAnyExcept(Characters)
        && text.EndsWith(Checksum(text[..CheckedLength]), StringComparison.Ordinal);

    /// <summary>What is kept of a token: the SHA-256 of its UTF-8 bytes. A plain digest is enough, since nobody can try out 190 random bits.</summary>
    public static Sha256Digest DigestOf(Secret token) => Sha256Digest.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(token.Reveal())));

    private static string Checksum(string text)
    {
        var digits = new char[ChecksumLength];
        var rest = Crc32.HashToUInt32(Encoding.ASCII.GetBytes(text));
        for (var at = ChecksumLength - 1; at >= 0; at--)
        {
            (rest, var digit) = Math.DivRem(rest, (uint)Base62.Length);
            digits[at] = Base62[(int)digit];
        }

        return new string(digits);
    }
}
