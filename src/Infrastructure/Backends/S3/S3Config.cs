using System.Security.Cryptography;
using System.Text;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.S3;

/// <summary>The configuration of a repository of type s3 (config.toml).</summary>
/// <param name="Name">The repository of packages.</param>
/// <param name="Bucket">The bucket.</param>
/// <param name="Prefix">What the keys of all objects begin with: empty, or ending in a slash.</param>
/// <param name="Secrets">Open the repository.</param>
internal sealed record S3Config(RepositoryName Name, string Bucket, string Prefix, RepositorySecrets Secrets)
{
    /// <summary>The value of <c>type</c> in config.toml and index.toml.</summary>
    public const string Type = "s3";

    /// <summary>The default of <see cref="PresignedTime"/>, in seconds.</summary>
    public const long DefaultPresignedSeconds = 300;

    /// <summary>The default of <see cref="MaxCacheBytes"/>: 10 GiB.</summary>
    public const long DefaultMaxCacheBytes = 10L * 1024 * 1024 * 1024;

    /// <summary>The storage's address; null for Amazon's.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The region; null for the SDK's default, or where the endpoint has none.</summary>
    public string? Region { get; init; }

    /// <summary>Access key and secret key; null for the SDK's default chain.</summary>
    public (string Access, string Secret)? Keys { get; init; }

    /// <summary>Whether the bucket is in the path of a URL; else in the name of the host.</summary>
    public bool ForcesPathStyle { get; init; }

    /// <summary>Whether downloads go through this server; else clients are redirected to the storage.</summary>
    public bool Proxies { get; init; }

    /// <summary>How many bytes of downloaded files are cached.</summary>
    public long MaxCacheBytes { get; init; } = DefaultMaxCacheBytes;

    /// <summary>How long a presigned URL is valid.</summary>
    public TimeSpan PresignedTime { get; init; } = TimeSpan.FromSeconds(DefaultPresignedSeconds);

    /// <summary>How the storage encrypts objects: <c>AES256</c>, <c>aws:kms</c>; null for its default.</summary>
    public string? Encryption { get; init; }

    /// <summary>From this size on a file is uploaded in parts.</summary>
    public long MultipartBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The storage as people name it: <c>s3://bucket/prefix</c>.</summary>
    public string Place => $"s3://{Bucket}/{Prefix}".TrimEnd('/');

    /// <summary>Identifies the place, so that local data of another one is not used after a change of the configuration: 16 hexadecimal digits.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Endpoint?.AbsoluteUri}\n{Place}")))[..16];
}
