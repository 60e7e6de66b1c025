using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Backends.S3;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.Backends;

/// <summary>What every back end promises, of the one in a bucket. Processes of one test share a root folder.</summary>
[Requires(Needs.Ceph)]
public sealed class S3BackendTests : BackendContract, IAsyncLifetime
{
    private readonly TempFolder _root = new();
    private readonly string _prefix = $"contract/{Guid.NewGuid():N}/";

    protected override Secret WriteSecret { get; } = new("write:this");

    protected override Secret ReadSecret { get; } = new("read-this");

    private Ceph Ceph { get; set; } = null!; // by InitializeAsync

    private AmazonS3Client Client { get; set; } = null!; // by InitializeAsync

    private S3Config Config => new(
        NameOf("team"), Ceph.Bucket, _prefix, new RepositorySecrets(SecretVerifier.Of(ReadSecret), SecretVerifier.Of(WriteSecret)))
    {
        Endpoint = Ceph.Url,
        Keys = (Ceph.AccessKey, Ceph.SecretKey),
        ForcesPathStyle = true,
    };

    public async Task InitializeAsync()
    {
        Ceph = await Ceph.OfThisRunAsync();
        Client = Ceph.Client();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    protected override IRepositoryBackend Open() => S3Backend.Open(
        Config, new S3Layout(_root.Path, Config), new SqliteCatalogFactory(TimeProvider.System, NullLogger.Instance), TimeProvider.System, NullLogger.Instance);

    protected override void Lose(PackageFile file) =>
        Client.DeleteObjectAsync(Ceph.Bucket, $"{_prefix}{file.Location}/{file.Filename}").GetAwaiter().GetResult();

    protected override IReadOnlyList<string> Litter()
    {
        var keys = Client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Ceph.Bucket, Prefix = _prefix }).GetAwaiter().GetResult()
            .S3Objects?.Select(found => found.Key[_prefix.Length..]).ToHashSet() ?? [];

        return
        [
            .. keys.Where(key => (key.EndsWith(".meta", StringComparison.Ordinal) && !keys.Contains(key[..^".meta".Length]))
                || (key.Contains("/.", StringComparison.Ordinal) && !key.EndsWith("/.project.toml", StringComparison.Ordinal))
                || key.StartsWith('.')),
            .. Directory.EnumerateFiles(new S3Layout(_root.Path, Config).Staging),
        ];
    }

    protected override void CleanUp()
    {
        Client?.Dispose();
        _root.Dispose();
    }

    private static RepositoryName NameOf(string text) => RepositoryName.TryParse(text, out var name, out _) ? name : throw new ArgumentException(text);
}
