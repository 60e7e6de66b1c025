using System.Security.Cryptography;
using System.Text;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Index;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Infrastructure.Formats;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;
using PyWharf.Support;

namespace PyWharf.Integration.GitHub;

/// <summary>A repository on a fake GitHub, and the servers that use it.</summary>
internal sealed class IndexedRepository : IAsyncDisposable
{
    private const string FullName = "acme/packages";

    private readonly List<IDisposable> _used = [];

    private IndexedRepository(FakeGitHub github)
    {
        GitHub = github;
        Repository = github.AddRepository(FullName);
        Token = new Secret(github.AddToken(Repository, Role.Push).Value);
        Reader = new Secret(github.AddToken(Repository, Role.Pull).Value);
    }

    public FakeGitHub GitHub { get; }

    public FakeRepository Repository { get; }

    /// <summary>A token that may write.</summary>
    public Secret Token { get; }

    /// <summary>A token that may only read.</summary>
    public Secret Reader { get; }

    public SkippingTime Time { get; } = new();

    /// <summary>The number of commits of the index file.</summary>
    public int Commits => Repository.History().Count(commit => commit.Message.Contains("index", StringComparison.Ordinal));

    public static async Task<IndexedRepository> CreateAsync() => new(await FakeGitHub.StartAsync());

    public TempFolder Folder() => Use(new TempFolder());

    public IndexServer Server(TempFolder? folder = null, string indexFile = "index.toml", string branch = "main", string fullName = FullName) =>
        Use(new IndexServer(GitHub, fullName, folder ?? Folder(), Time, indexFile, branch));

    /// <summary>A published wheel, and its entry in the index.</summary>
    public IndexedPackage Publish(string project, int size = 3, params KeyValuePair<string, string>[] meta)
    {
        var content = RandomNumberGenerator.GetBytes(size);
        var sha256 = Sha256Digest.FromBytes(SHA256.HashData(content));
        IReadOnlyList<KeyValuePair<string, string>> fields = [.. meta, new("distrib", project), new("sha256", sha256.ToString())];
        var release = Repository.Publish($"{project}-1.0-py3-none-any.whl", content, Encoding.UTF8.GetString(MetaFile.Write(fields)));
        var url = new Uri(GitHub.ApiUrl, $"/repos/{FullName}/releases/assets/{release.Assets[0].Id}");

        return new IndexedPackage("github", project, $"{project}-1.0-py3-none-any", "whl", sha256, url.AbsoluteUri, null, fields);
    }

    public void Delete(IndexedPackage package)
    {
        lock (GitHub.Gate)
        {
            Repository.ReleaseList.RemoveAll(release => release.Tag == IndexMerge.FilenameOf(package));
        }
    }

    public FakeRelease ReleaseOf(IndexedPackage package) => Repository.Releases.Single(release => release.Tag == IndexMerge.FilenameOf(package));

    /// <summary>Writes the whole index file, as update_index of the original program does.</summary>
    public void WriteIndex(params IEnumerable<IndexedPackage> packages)
    {
        using var content = new MemoryStream();
        IndexFile.Write(content, Time.GetUtcNow(), packages);
        Repository.Put("index.toml", content.ToArray());
        Time.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>The packages of the index file.</summary>
    public PackageIndex ReadIndex() =>
        IndexFile.TryRead(Repository.Read("index.toml"), "index.toml", out var index, out var problem) ? index : throw new InvalidDataException(problem);

    /// <summary>The projects of the index file, in its order.</summary>
    public IEnumerable<string> IndexedProjects() => ReadIndex().Packages.Select(package => package.Distrib);

    /// <summary>The catalog entry of a package that the server has published itself.</summary>
    public CatalogedFile Uploaded(IndexedPackage package) =>
        IndexedFile.TryRead(package, new Uri(GitHub.ApiUrl, $"/repos/{FullName}/releases/assets/"), out var file, out var problem)
            ? file with { Stamp = IndexedFile.Pending, File = file.File with { Size = 3, UploadedAt = Time.GetUtcNow() } }
            : throw new InvalidDataException(problem);

    public async ValueTask DisposeAsync()
    {
        _used.Reverse();
        _used.ForEach(used => used.Dispose());
        await GitHub.DisposeAsync();
    }

    private T Use<T>(T used)
        where T : IDisposable
    {
        _used.Add(used);

        return used;
    }
}
