using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PyWharf.Application.Access;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>
/// The secrets of a session, encrypted (AES-256-GCM) under a key that is derived (HKDF) from the session's id, which only the browser's cookie has: nobody
/// opens them by reading the database.
/// </summary>
internal static class SealedSession
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int KeyBytes = 32;

    private static readonly byte[] Purpose = "pywharf session"u8.ToArray();

    /// <summary>Encrypts a credential and a CSRF token: nonce, tag, text.</summary>
    public static byte[] Seal(string id, Credential credential, string csrfToken)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(new string[] { credential.User, credential.Secret.Reveal(), csrfToken });
        var result = new byte[NonceBytes + TagBytes + text.Length];
        RandomNumberGenerator.Fill(result.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(KeyOf(id), TagBytes);
        aes.Encrypt(result.AsSpan(0, NonceBytes), text, result.AsSpan(NonceBytes + TagBytes), result.AsSpan(NonceBytes, TagBytes), Purpose);

        return result;
    }

    /// <summary>Decrypts them; null where they were not sealed with this id, or altered.</summary>
    public static (Credential Credential, string CsrfToken)? Open(string id, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < NonceBytes + TagBytes)
        {
            return null;
        }

        try
        {
            var text = new byte[bytes.Length - NonceBytes - TagBytes];
            using var aes = new AesGcm(KeyOf(id), TagBytes);
            aes.Decrypt(bytes[..NonceBytes], bytes[(NonceBytes + TagBytes)..], bytes.Slice(NonceBytes, TagBytes), text, Purpose);

            return JsonSerializer.Deserialize<string[]>(text) is [var user, var secret, var csrfToken]
                ? (new Credential(user, new Secret(secret)), csrfToken)
                : null;
        }
        catch (Exception exception) when (exception is CryptographicException or JsonException)
        {
            return null;
        }
    }

    private static byte[] KeyOf(string id) => HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(id), KeyBytes, info: Purpose);
}
