using PyWharf.Application.Legacy;
using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Unit.Application.Legacy;

public sealed class ReleaseDocumentCacheTests
{
    private const string Page = "http://host/simple/demo/";

    private static readonly RepositoryName Repository = RepositoryName.TryParse("local", out var name, out _) ? name : throw new InvalidOperationException();

    private readonly ReleaseDocumentCache _cache = new();

    [Fact]
    public void A_document_is_kept_while_its_project_is_the_same()
    {
        var (project, changed) = (Project(), Project());
        var document = _cache.Add((Repository, null, Page), project, Document(10));

        Assert.Same(document, _cache.Find((Repository, null, Page), project));
        Assert.Null(_cache.Find((Repository, null, Page), changed));
        Assert.Null(_cache.Find((Repository, null, "http://other/simple/demo/"), project));
        Assert.Null(_cache.Find((Repository, Version("1.0"), Page), project));
    }

    [Fact]
    public void A_version_has_one_document_however_it_is_spelled()
    {
        var project = Project();
        var document = _cache.Add((Repository, Version("1.0"), Page), project, Document(10));

        Assert.Same(document, _cache.Find((Repository, Version("1.0.0"), Page), project));
    }

    [Fact]
    public void Documents_for_ever_other_names_of_the_server_do_not_fill_the_memory()
    {
        var project = Project();
        var kept = 0;
        for (var host = 0; host < 100; host++)
        {
            _cache.Add((Repository, null, $"http://{host}/"), project, Document(1_000_000));
            kept = Enumerable.Range(0, host + 1).Count(before => _cache.Find((Repository, null, $"http://{before}/"), project) is not null);
            Assert.InRange(kept, 1, 34);
        }
    }

    private static PageRepresentation Document(int bytes) => PageRepresentation.Json(new byte[bytes]);

    private static PackageVersion Version(string text) => PackageVersion.TryParse(text, out var version) ? version : throw new InvalidOperationException();

    private static ProjectFiles Project()
    {
        var file = new PackageFile
        {
            Filename = DistributionFilename.TryParse("demo-1.0.tar.gz", out var filename) ? filename : throw new InvalidOperationException(),
            Size = 1,
            Sha256 = default,
            UploadedAt = DateTimeOffset.UnixEpoch,
            Location = "",
        };

        return RepositoryIndex.Empty.With(new IndexChanges(1, DateTimeOffset.UnixEpoch, [file], [], [])).Projects.Single();
    }
}
