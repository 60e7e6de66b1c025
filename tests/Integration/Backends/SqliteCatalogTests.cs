using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Integration.GitHub;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Backends;

/// <summary>What a catalog in a file makes of somebody who changes it; all that every catalog promises is in CatalogContractTests.</summary>
public sealed class SqliteCatalogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Another_uploader_than_was_written_is_not_believed()
    {
        var path = _folder.At("catalog.db");
        using (var catalog = SqliteCatalog.Open(path, TimeProvider.System, new IndexServer.ListLogger()))
        {
            await catalog.ChangeAsync(new CatalogChange
            {
                Published = [.. new[] { "a", "b" }.Select(project => new CatalogedFile(FileOf(project, project, by: "ci-billing"), Stamp: 1))],
            });
            Assert.Equal("ci-billing", (await catalog.FindAsync("a-1.0-py3-none-any.whl"))?.File.UploadedBy);
        }

        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE files SET uploaded_by = 'somebody else' WHERE filename LIKE 'a-%'";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        using var again = SqliteCatalog.Open(path, TimeProvider.System, new IndexServer.ListLogger());
        Assert.Null(await again.FindAsync("a-1.0-py3-none-any.whl"));
        Assert.Equal("ci-billing", (await again.FindAsync("b-1.0-py3-none-any.whl"))?.File.UploadedBy);
    }

    private static PackageFile FileOf(string content, string project = "raced", string? by = null)
    {
        Assert.True(ProjectName.TryParse(project, out var name));
        Assert.True(DistributionFilename.TryParseStored($"{project}-1.0-py3-none-any.whl", name, out var filename));

        return new PackageFile { Filename = filename, Location = project, Size = 1, Sha256 = DigestOf(content), UploadedAt = DateTimeOffset.UnixEpoch, UploadedBy = by };
    }

    private static Sha256Digest DigestOf(string content) => Sha256Digest.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
}
