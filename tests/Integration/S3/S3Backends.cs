using Amazon.S3.Model;
using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Backends.S3;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Infrastructure.Storage;
using PyWharf.Integration.Backends;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.S3;

/// <summary>The base of tests of back ends on one bucket that share no folder, and so no lock, as servers on several machines.</summary>
public abstract class S3Backends : S3Server
{
    private readonly List<IDisposable> _opened = [];

    internal async Task<IRepositoryBackend> OpenAsync(string root, Uri? endpoint = null, TimeProvider? time = null, long multipartBytes = 1_000_000, string secretKey = Ceph.SecretKey, string bucket = Ceph.Bucket, IProjectLocks? locks = null)
    {
        var none = SecretVerifier.Of(new Secret(""));
        var config = new S3Config(NameOf("team"), bucket, $"{Prefix}/", new RepositorySecrets(none, none))
        {
            Endpoint = endpoint ?? Ceph.Url,
            Keys = (Ceph.AccessKey, secretKey),
            ForcesPathStyle = true,
            MultipartBytes = multipartBytes,
        };
        var backend = S3Backend.Open(
            config, new S3Layout(Path.Combine(Root, root), config), new CatalogFactory(locks), time ?? TimeProvider.System, NullLogger.Instance);
        _opened.Add(backend);
        await backend.SyncAsync(default);

        return backend;
    }

    internal static async Task<Outcome<Publication>> PublishAsync(IRepositoryBackend backend, Distribution file, Func<Task<Failure?>>? beforeCommit = null)
    {
        Assert.True(DistributionFilename.TryParse(file.Filename, out var filename));
        await using var staged = (await backend.Staging.StageAsync(new MemoryStream(file.Content), long.MaxValue, new HashSet<DigestAlgorithm>(), default)).Value;
        var description = new FileDescription(MetadataFields.None, file.Metadata);

        return await backend.PublishAsync(
            new Secret(""), new NewFile(filename, null, [new("name", file.Name)], description, "somebody"), staged, beforeCommit ?? BeforeCommit.Nothing, default);
    }

    internal static async Task<IReadOnlyList<PackageFile>> FilesAsync(IRepositoryBackend backend)
    {
        Assert.Null((await backend.SyncAsync(default)).Failure);

        return (await backend.ReadChangesAsync(0, default)).Value.Published;
    }

    internal async Task<byte[]> BytesAsync(string key)
    {
        using var found = await Client.GetObjectAsync(Ceph.Bucket, $"{Prefix}/{key}");
        using var content = new MemoryStream();
        await found.ResponseStream.CopyToAsync(content);

        return content.ToArray();
    }

    internal async Task<int> PartialUploadsAsync() =>
        (await Client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = Ceph.Bucket, Prefix = Prefix })).MultipartUploads?.Count ?? 0;

    public override void Dispose()
    {
        _opened.ForEach(backend => backend.Dispose());
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Locks as those of a database, for one change after the other.</summary>
    internal sealed class SharedLocks : IProjectLocks
    {
        public bool AreShared => true;

        public Task<IProjectLock?> TryLockAsync(ProjectName project, CancellationToken cancellationToken) => Task.FromResult<IProjectLock?>(new Held());

        private sealed class Held : IProjectLock
        {
            public ValueTask<bool> IsHeldAsync(CancellationToken cancellationToken) => ValueTask.FromResult(true);

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }

    private sealed class CatalogFactory(IProjectLocks? locks) : ICatalogFactory
    {
        private readonly SqliteCatalogFactory _sqlite = new(TimeProvider.System, NullLogger.Instance);

        public IIndexCatalog Open(RepositoryName repository, string storage, string path) => _sqlite.Open(repository, storage, path);

        public IProjectLocks CreateLocks(RepositoryName repository, string folder) => locks ?? _sqlite.CreateLocks(repository, folder);
    }

    private static RepositoryName NameOf(string text) => RepositoryName.TryParse(text, out var name, out _) ? name : throw new ArgumentException(text);
}
