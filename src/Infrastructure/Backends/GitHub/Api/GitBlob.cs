using System.Security.Cryptography;
using System.Text;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>The digest by which git names the content of a file.</summary>
internal static class GitBlob
{
    /// <summary>40 lower-case hexadecimal digits.</summary>
    public static string ShaOf(ReadOnlySpan<byte> content)
    {
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        sha1.AppendData(Encoding.ASCII.GetBytes($"blob {content.Length}\0"));
        sha1.AppendData(content);

        return Convert.ToHexStringLower(sha1.GetHashAndReset());
    }
}
