using PyWharf.Domain;

namespace PyWharf.Micro;

/// <summary>Indexes to measure with.</summary>
internal static class Indexes
{
    /// <summary>An index of projects with some files each.</summary>
    public static RepositoryIndex Of(int projects, int filesOfEach) => RepositoryIndex.Empty.With(
        Changes(1, [.. Enumerable.Range(0, projects).SelectMany(project => Enumerable.Range(0, filesOfEach).Select(number => File($"project{project}", number)))]));

    /// <summary>Files that are published.</summary>
    public static IndexChanges Changes(long revision, params IReadOnlyList<PackageFile> published) =>
        new(revision, DateTimeOffset.UnixEpoch.AddSeconds(revision), published, [], []);

    /// <summary>A wheel of a project.</summary>
    public static PackageFile File(string project, int number)
    {
        var name = $"{project}-1.{number}-py3-none-any.whl";
        var digest = Sha256Digest.FromBytes(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)));

        return new PackageFile
        {
            Filename = DistributionFilename.TryParse(name, out var filename) ? filename : throw new ArgumentException(name),
            Size = 4096 + number,
            Sha256 = digest,
            MetadataSha256 = digest,
            UploadedAt = DateTimeOffset.UnixEpoch.AddMinutes(number),
            RequiresPython = RequiresPython.TryParse(">=3.8", out var requires) ? requires : null,
            Summary = "Made for a measurement",
            Location = project,
        };
    }

    /// <summary>The name of a project.</summary>
    public static ProjectName Name(string text) => ProjectName.TryParse(text, out var name) ? name : throw new ArgumentException(text);
}
