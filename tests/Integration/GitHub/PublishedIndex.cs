using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>Releases, and the index file that update_index makes of them.</summary>
internal sealed class PublishedIndex(FakeGitHub github, FakeRepository repository)
{
    private readonly List<IndexedPackage> _packages = [];

    /// <summary>Where the index is.</summary>
    public const string Branch = "master";

    /// <summary>Publishes a file. The index has it from the next <see cref="Write"/> on.</summary>
    public FakeRelease Publish(Distribution file, params (string Name, string Value)[] meta)
    {
        var release = repository.Publish(file.Filename, file.Content, "");
        var url = $"{github.ApiUrl.AbsoluteUri.TrimEnd('/')}/repos/{repository.FullName}/releases/assets/{release.Assets[0].Id}";
        Add(file, url, meta);

        return release;
    }

    /// <summary>An entry of the index, with any URL.</summary>
    public void Add(Distribution file, string url, params (string Name, string Value)[] meta)
    {
        Assert.True(ProjectName.TryParse(file.Name, out var project));
        Assert.True(DistributionFilename.TryParse(file.Filename, out var filename));
        Assert.True(Sha256Digest.TryParse(file.Sha256, out var sha256));
        IEnumerable<(string Name, string Value)> fields = [("requires_python", file.RequiresPython ?? ""), .. meta];
        _packages.Add(new IndexedPackage(
            "github", project.ToString(), filename.Stem, filename.Extension, sha256, url, null,
            [.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]));
    }

    /// <summary>Commits the index file.</summary>
    public byte[] Write(string branch = Branch)
    {
        using var content = new MemoryStream();
        IndexFile.Write(content, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), _packages);
        repository.Put("index.toml", content.ToArray(), branch);

        return content.ToArray();
    }
}
