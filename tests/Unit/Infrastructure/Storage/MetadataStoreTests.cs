using System.Security.Cryptography;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Unit.Infrastructure.Storage;

public sealed class MetadataStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pywharf-").FullName;

    [Fact]
    public void A_document_is_found_by_its_digest()
    {
        var digest = new MetadataStore(_folder).Add("Name: demo"u8);

        Assert.Equal(Sha256Digest.FromBytes(SHA256.HashData("Name: demo"u8)), digest);
        Assert.Equal("Name: demo"u8, File.ReadAllBytes(new MetadataStore(_folder).Find(digest) ?? ""));
        Assert.Null(new MetadataStore(_folder).Find(default));
    }

    [Fact]
    public void A_document_that_was_cut_off_by_a_crash_is_not_found_and_can_be_added_again()
    {
        var digest = new MetadataStore(_folder).Add("Name: demo"u8);
        File.WriteAllText(new MetadataStore(_folder).Find(digest) ?? "", "Name");

        var store = new MetadataStore(_folder);

        Assert.Null(store.Find(digest));
        Assert.Equal(digest, store.Add("Name: demo"u8));
        Assert.NotNull(store.Find(digest));
    }

    [Fact]
    public void A_document_that_was_changed_since_it_was_read_is_not_found()
    {
        var store = new MetadataStore(_folder);
        var digest = store.Add("Name: demo"u8);
        File.WriteAllText(store.Find(digest) ?? "", "Name: evil");

        Assert.Null(store.Find(digest));
        Assert.Equal(digest, store.Add("Name: demo"u8));
        Assert.Equal("Name: demo", File.ReadAllText(store.Find(digest) ?? ""));
    }

    [Fact]
    public void A_document_that_somebody_removes_is_missed()
    {
        var store = new MetadataStore(_folder);
        var digest = store.Add("Name: demo"u8);
        Directory.Delete(_folder, recursive: true);

        Assert.Null(store.Find(digest));
        Assert.Equal(digest, store.Add("Name: demo"u8));
        Assert.NotNull(store.Find(digest));
    }

    [Fact]
    public void The_same_document_is_kept_once_and_leaves_nothing_beside_it()
    {
        var store = new MetadataStore(_folder);
        store.Add("Name: demo"u8);
        store.Add("Name: demo"u8);

        Assert.Single(Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories));
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
