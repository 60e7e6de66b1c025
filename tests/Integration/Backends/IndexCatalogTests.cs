using System.Security.Cryptography;
using System.Text;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Integration.GitHub;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Backends;

/// <summary>What a catalog makes of changes that come in an order nobody planned.</summary>
public sealed class IndexCatalogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_look_at_the_storage_that_found_a_file_while_it_was_published_takes_nothing_from_it()
    {
        using var catalog = IndexCatalog.Open(_folder.At("catalog.db"), TimeProvider.System, new IndexServer.ListLogger());
        var found = new CatalogedFile(FileOf("a"), Stamp: 1);
        var published = found with
        {
            File = found.File with { Summary = "One line", MetadataSha256 = DigestOf("m") },
            Fields = MetadataFields.OfForm(new Dictionary<string, string> { ["classifiers"] = "Private :: Do Not Upload" }),
        };

        await catalog.ChangeAsync(new CatalogChange { Published = [published] });
        await catalog.ChangeAsync(new CatalogChange { Published = [found with { Stamp = 2 }] });

        var file = catalog.Find(found.File.Filename.ToString());
        Assert.Equal(("One line", DigestOf("m"), 2L), (file?.File.Summary, file?.File.MetadataSha256, file?.Stamp));
        Assert.Empty(catalog.Undescribed(10));
        Assert.NotNull(catalog.FieldsOf(found.File.Filename.ToString()));

        await catalog.ChangeAsync(new CatalogChange { Published = [found with { File = FileOf("b") }] });
        Assert.Null(catalog.Find(found.File.Filename.ToString())?.File.MetadataSha256);
        Assert.Single(catalog.Undescribed(10));
    }

    private static PackageFile FileOf(string content)
    {
        Assert.True(ProjectName.TryParse("raced", out var project));
        Assert.True(DistributionFilename.TryParseStored("raced-1.0-py3-none-any.whl", project, out var filename));

        return new PackageFile { Filename = filename, Location = "raced", Size = 1, Sha256 = DigestOf(content), UploadedAt = DateTimeOffset.UnixEpoch };
    }

    private static Sha256Digest DigestOf(string content) => Sha256Digest.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
}
