using System.Security.Cryptography;
using System.Text;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Database.PostgreSql;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.Database;

/// <summary>The part of a server that uses a database; two on one URL are two servers.</summary>
internal sealed class SharedDatabase : IAsyncDisposable
{
    private static readonly RepositoryName Name = RepositoryName.TryParse("team", out var name, out _) ? name : throw new InvalidOperationException();

    private readonly PostgreSqlMaintenanceLease _lease;

    public SharedDatabase(string url)
    {
        Database = new PostgreSqlDatabase(PostgreSqlEngine.Parse(url), TimeProvider.System, Log);
        var factory = new PostgreSqlCatalogFactory(Database, TimeProvider.System);
        Catalog = factory.Open(Name, "file_system", path: "");
        Locks = (PostgreSqlLocks)factory.CreateLocks(Name, folder: "");
        _lease = new PostgreSqlMaintenanceLease(Database, TimeProvider.System);
    }

    public DatabaseLog Log { get; } = new();

    public PostgreSqlDatabase Database { get; }

    public IIndexCatalog Catalog { get; }

    public PostgreSqlLocks Locks { get; }

    public async Task<bool> HoldsLeaseAsync() => await _lease.TryHoldAsync(Name, default);

    public Task PublishAsync(string project) => Catalog.ChangeAsync(new CatalogChange { Published = [Cataloged(project)] });

    public static CatalogedFile Cataloged(string project) => new(FileOf(project), Stamp: 1, MetadataFields.None);

    public async ValueTask DisposeAsync()
    {
        await _lease.DisposeAsync();
        Catalog.Dispose();
        await Database.DisposeAsync();
    }

    public static ProjectName Project(string project) => ProjectName.TryParse(project, out var name) ? name : throw new ArgumentException(project, nameof(project));

    private static PackageFile FileOf(string project) => new()
    {
        Filename = DistributionFilename.TryParseStored($"{project}-1.0-py3-none-any.whl", Project(project), out var filename) ? filename : throw new ArgumentException(project, nameof(project)),
        Location = project,
        Size = 1,
        Sha256 = Sha256Digest.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(project))),
        UploadedAt = DateTimeOffset.UnixEpoch,
    };
}
