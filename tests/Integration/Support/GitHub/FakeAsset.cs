using System.Security.Cryptography;

namespace PyWharf.Integration.Support.GitHub;

/// <summary>A file of a release.</summary>
internal sealed class FakeAsset(long id, string name, byte[] content, string contentType, DateTimeOffset createdAt)
{
    private string? _digest;

    public long Id { get; } = id;

    public string Name { get; set; } = name;

    public string? Label { get; set; }

    public byte[] Content
    {
        get;
        set => (field, _digest) = (value, null);
    } = content;

    public string ContentType { get; } = contentType;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    /// <summary><c>uploaded</c>; <c>starter</c> for one whose upload failed.</summary>
    public string State { get; set; } = "uploaded";

    /// <summary>Whether it blocks its name without being shown anywhere.</summary>
    public bool IsGhost { get; set; }

    /// <summary>Whether its digest is null, as of assets uploaded before June 2025.</summary>
    public bool LacksDigest { get; set; }

    /// <summary>SHA-256 of the content; kept, as lists ask for it again and again.</summary>
    internal string Sha256 => _digest ??= Convert.ToHexStringLower(SHA256.HashData(Content));

    /// <summary>How often the storage sent it, whole or in part.</summary>
    public int Downloads { get; internal set; }
}
