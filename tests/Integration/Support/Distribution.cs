using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using PyWharf.Domain;

namespace PyWharf.Integration.Support;

/// <summary>A wheel or sdist as its builder leaves it.</summary>
/// <param name="Name">The project's name as its author writes it.</param>
/// <param name="Version">The version as its author writes it.</param>
/// <param name="Filename">The distribution file's name; <c>with</c> another one, it is a file under a wrong name.</param>
/// <param name="Content">The file.</param>
/// <param name="Metadata">What METADATA or PKG-INFO within it holds.</param>
/// <param name="RequiresPython">The specifier, null for none.</param>
internal sealed record Distribution(
    string Name, string Version, string Filename, byte[] Content, byte[] Metadata, string? RequiresPython)
{
    public bool IsWheel => Filename.EndsWith(".whl", StringComparison.Ordinal);

    public string Sha256 => Hex(SHA256.HashData(Content));

    public string MetadataSha256 => Hex(SHA256.HashData(Metadata));

    [SuppressMessage("Security", "CA5351:Do not use broken cryptographic algorithms", Justification = "Clients send it.")]
    public string Md5 => Hex(MD5.HashData(Content));

    public string Blake2b256 => Blake2b(digestSize: 32);

    /// <summary>What Python 3.9 to 3.11's <c>setup.py upload</c> sends as <c>blake2_256_digest</c>.</summary>
    public string Blake2b512 => Blake2b(digestSize: 64);

    /// <summary>Writes the file into a folder, which is made when absent, and gives back its path.</summary>
    public string WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Filename);
        File.WriteAllBytes(path, Content);

        return path;
    }

    private string Blake2b(int digestSize)
    {
        var hash = new Blake2b(digestSize);
        hash.Append(Content);

        return Hex(hash.Finish());
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
