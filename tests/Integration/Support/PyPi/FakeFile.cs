using System.Security.Cryptography;

namespace PyWharf.Integration.Support.PyPi;

/// <summary>A file of <see cref="FakePyPi"/>, and what its page says about it: true unless a test says otherwise.</summary>
/// <param name="Filename">Its name.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record FakeFile(string Filename, byte[] Content)
{
    /// <summary>The hashes on the page: algorithm and hexadecimal digest.</summary>
    public IReadOnlyDictionary<string, string> Hashes { get; init; } = new Dictionary<string, string> { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Content)) };

    /// <summary>The size on the page; null for none.</summary>
    public long? Size { get; init; } = Content.Length;

    /// <summary>The upload time on the page, as it is written; null for none.</summary>
    public string? UploadTime { get; init; } = "2020-01-02T03:04:05.000000Z";

    public string? RequiresPython { get; init; }

    /// <summary>The reason; empty for none; null where it is not yanked.</summary>
    public string? Yanked { get; init; }

    /// <summary>The core metadata document; null where the page has none.</summary>
    public byte[]? Metadata { get; init; }

    /// <summary>Whether the page has the document's hash; else it says <c>true</c>.</summary>
    public bool HashesMetadata { get; init; } = true;

    public string? Provenance { get; init; }

    /// <summary>The link on the page; null for one to this index.</summary>
    public string? Url { get; init; }

    /// <summary>A real wheel, with its metadata.</summary>
    public static FakeFile Wheel(string name, string version, string? requiresPython = null, int payload = 0)
    {
        var wheel = Wheels.Build(name, version, requiresPython, payload: payload, random: true);

        return new FakeFile(wheel.Filename, wheel.Content) { Metadata = wheel.Metadata, RequiresPython = requiresPython };
    }
}
