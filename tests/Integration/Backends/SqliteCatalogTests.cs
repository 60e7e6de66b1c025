using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Integration.GitHub;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Backends;

/// <summary>What a catalog makes of changes that come in an order nobody planned.</summary>
public sealed class SqliteCatalogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_look_at_the_storage_that_found_a_file_while_it_was_published_takes_nothing_from_it()
    {
        using var catalog = SqliteCatalog.Open(_folder.At("catalog.db"), TimeProvider.System, new IndexServer.ListLogger());
        var found = new CatalogedFile(FileOf("a"), Stamp: 1);
        var published = found with
        {
            File = found.File with { Summary = "One line", MetadataSha256 = DigestOf("m") },
            Fields = MetadataFields.OfForm(new Dictionary<string, string> { ["classifiers"] = "Private :: Do Not Upload" }),
        };

        await catalog.ChangeAsync(new CatalogChange { Published = [published] });
        await catalog.ChangeAsync(new CatalogChange { Published = [found with { Stamp = 2 }] });

        var file = await catalog.FindAsync(found.File.Filename.ToString());
        Assert.Equal(("One line", DigestOf("m"), 2L), (file?.File.Summary, file?.File.MetadataSha256, file?.Stamp));
        Assert.Empty(await catalog.GetUndescribedAsync(10));
        Assert.NotNull(await catalog.GetFieldsAsync(found.File.Filename.ToString()));

        await catalog.ChangeAsync(new CatalogChange { Published = [found with { File = FileOf("b") }] });
        Assert.Null((await catalog.FindAsync(found.File.Filename.ToString()))?.File.MetadataSha256);
        Assert.Single(await catalog.GetUndescribedAsync(10));
    }

    [Fact]
    public async Task Who_uploaded_a_file_is_kept_one_name_is_one_string_and_another_one_is_not_believed()
    {
        var path = _folder.At("catalog.db");
        using (var catalog = SqliteCatalog.Open(path, TimeProvider.System, new IndexServer.ListLogger()))
        {
            await catalog.MarkCompleteAsync(await catalog.BeginSyncAsync(), default);
            await catalog.ChangeAsync(new CatalogChange
            {
                Published = [.. new[] { "a", "b" }.Select(project => new CatalogedFile(FileOf(project, project, by: "ci-billing"), Stamp: 1)), new CatalogedFile(FileOf("c", "c"), Stamp: 1)],
            });

            var files = (await catalog.ReadChangesAsync(0))?.Published.OrderBy(file => file.Filename.ToString(), StringComparer.Ordinal).ToList();

            Assert.Equal(["ci-billing", "ci-billing", null], files?.Select(file => file.UploadedBy));
            Assert.Same(files?[0].UploadedBy, files?[1].UploadedBy);
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
