using System.Net;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Infrastructure.Backends.S3;

/// <summary>Repositories in a bucket of an object storage. The SDK is loaded by the first of them.</summary>
internal sealed class S3BackendType(ICatalogFactory catalogs, TimeProvider time, ILoggerFactory loggers) : IBackendType
{
    private const string Redirect = "redirect";
    private const string Proxy = "proxy";
    private const string AccessKey = "access_key_env";
    private const string SecretKey = "secret_key_env";

    // Signature version 4 allows a week.
    private const long LongestPresigned = 7 * 24 * 60 * 60;

    private readonly ILogger _logger = loggers.CreateLogger<S3Backend>();

    public string Name => S3Config.Type;

    public IReadOnlyList<ConfigKey> Keys { get; } =
    [
        ConfigKey.MaxFileBytes(5_368_709_119),
        .. RepositorySecrets.Keys,
        ConfigKey.Text("bucket", "the bucket that has the packages", problem: Bucket),
        ConfigKey.Text("prefix", "what the keys of all objects begin with; empty for a bucket of its own", "", Prefix),
        ConfigKey.Text("endpoint_url", "where the object storage is; empty for Amazon S3", "", Endpoint),
        ConfigKey.Text("region", "the region of the bucket; empty for that of AWS_REGION, or where the storage has none", "", Region),
        ConfigKey.Text(AccessKey, "the environment variable that holds the access key; empty for the SDK's default chain, such as the role of the machine", ""),
        ConfigKey.Text(SecretKey, "the environment variable that holds the secret key", ""),
        ConfigKey.Flag("force_path_style", "whether the bucket is in the path of a URL, and not in the name of the host", false),
        ConfigKey.Text("download", "redirect: clients fetch files from the object storage; proxy: through this server", Redirect, text => text is Redirect or Proxy ? null : $"must be \"{Redirect}\" or \"{Proxy}\""),
        ConfigKey.Number("presigned_seconds", "how long a presigned URL of a redirect is valid", S3Config.DefaultPresignedSeconds, seconds => seconds is < 1 or > LongestPresigned ? $"must be from 1 to {LongestPresigned} (seconds; 7 days)" : null),
        ConfigKey.Number("max_cache_bytes", "how much of the disk files may take that are kept for download = \"proxy\"", S3Config.DefaultMaxCacheBytes, bytes => bytes < 0 ? "must not be negative" : null),
        ConfigKey.Text("server_side_encryption", "how the object storage encrypts what is written: AES256 or aws:kms; empty for its default", "", text => text is "" or "AES256" or "aws:kms" ? null : "must be \"AES256\" or \"aws:kms\""),
    ];

    public string? OwnSecretKey => RepositorySecrets.WriteKey;

    public bool NeedsAdminSecret => false;

    public string? StorageFolder(string root, RepositoryName repository) => null;

    public string? ProblemOf(RepositoryConfig config)
    {
        var (access, secret) = (config.Text(AccessKey), config.Text(SecretKey));
        if (access.Length > 0 != secret.Length > 0)
        {
            return $"{config.Place}: [{config.Name}] has one of \"{AccessKey}\" and \"{SecretKey}\": give both, or none for the SDK's default chain";
        }

        foreach (var (key, variable) in ((string, string)[])[(AccessKey, access), (SecretKey, secret)])
        {
            if (variable.Length > 0 && SecretSource.ReadVariable(variable, out _) is { } problem)
            {
                return $"{config.Place}: \"{key}\" in [{config.Name}]: {problem}";
            }
        }

        return config.Text("endpoint_url").Length + config.Text("region").Length == 0 && SecretSource.ReadVariable("AWS_REGION", out _) is not null
            ? $"{config.Place}: [{config.Name}] lacks the key \"region\", and AWS_REGION is not set either"
            : null;
    }

    public IRepositoryBackend Open(RepositoryConfig config, string root, Secret? adminSecret)
    {
        var read = ConfigOf(config) with { Secrets = RepositorySecrets.Of(config, adminSecret, _logger) };

        return S3Backend.Open(read, new S3Layout(root, read), catalogs, time, _logger);
    }

    public async Task VerifyAsync(
        RepositoryConfig config, string root, VerificationReport report, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var layout = new S3Layout(root, ConfigOf(config));
        report.Add("the packages are in the object storage and were not fetched: what was checked are the copies that this server keeps");
        await DigestNamedFiles.VerifyCopiesAsync([layout.Downloads, layout.Metadata], "the object storage", report, progress, cancellationToken);
    }

    private static S3Config ConfigOf(RepositoryConfig config)
    {
        var (prefix, endpoint, region) = (config.Text("prefix").Trim('/'), config.Text("endpoint_url"), config.Text("region"));
        SecretSource.ReadVariable(config.Text(AccessKey), out var access);
        SecretSource.ReadVariable(config.Text(SecretKey), out var secret);
        var url = endpoint.Length == 0 ? null : new Uri(endpoint);

        return new S3Config(config.Name, config.Text("bucket"), prefix.Length == 0 ? "" : $"{prefix}/", new RepositorySecrets(SecretVerifier.Of(new Secret("")), SecretVerifier.Of(new Secret(""))))
        {
            Endpoint = url,
            Region = region.Length == 0 ? null : region,
            Keys = access.Length == 0 ? null : (access, secret),
            // A bucket can't be a subdomain of an address.
            ForcesPathStyle = config.Flag("force_path_style") || (url is not null && IPAddress.TryParse(url.DnsSafeHost, out _)),
            Proxies = config.Text("download") == Proxy,
            MaxCacheBytes = config.Number("max_cache_bytes"),
            PresignedTime = TimeSpan.FromSeconds(config.Number("presigned_seconds")),
            Encryption = config.Text("server_side_encryption") is { Length: > 0 } encryption ? encryption : null,
        };
    }

    private static string? Bucket(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && char.IsAsciiLetterOrDigit(text[0])
            ? null
            : "must be the name of a bucket: letters, digits, '-', '_' and '.'";

    private static string? Prefix(string text) =>
        text.Length == 0 || (text.Trim('/').Split('/').All(part => part is not ("" or "." or "..")) && !text.Any(c => char.IsControl(c) || c == '\\'))
            ? null
            : "must be a path in the bucket, such as packages/team";

    private static string? Region(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? null : "must be the name of a region, such as eu-central-1";

    private static string? Endpoint(string text) =>
        text.Length == 0 || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0 && url.UserInfo.Length == 0)
            ? null
            : "must be an http or https address, such as https://s3.example.com";
}
