using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class ProjectFilesTests
{
    [Theory]
    [InlineData("2.0", "1.0", "2.0")]
    [InlineData("1.10", "1.9", "1.10", "2.0rc1", "2.0.dev1")]
    [InlineData("2.0rc1", "2.0rc1", "2.0a1")]
    [InlineData("1.0", "1.0", "2.0!yanked")]
    [InlineData("1.0rc1", "1.0rc1", "2.0!yanked")]
    [InlineData("2.0", "1.0!yanked", "2.0!yanked")]
    [InlineData("1.0", "1.0", "3.0!deleted")]
    public void The_version_that_stands_for_a_project_is_the_one_that_installers_take(string latest, params string[] versions) =>
        Assert.Equal(latest, Project(versions)?.Latest?.Filename.Version?.ToString());

    [Fact]
    public void A_deleted_file_is_not_offered_whatever_the_storage_has()
    {
        var files = Project("1.0", "2.0!deleted");

        Assert.Null(files?.Find("demo-2.0.tar.gz"));
        Assert.Equal(["demo-1.0.tar.gz"], files?.InOrder().Select(file => file.Filename.ToString()));
    }

    [Fact]
    public void The_newest_uploads_are_those_of_the_latest_times_whatever_their_versions()
    {
        var record = ProjectRecord.Empty with { Deleted = ProjectRecord.Empty.Deleted.Add("demo-5.0.tar.gz", new Deletion(default, default)) };
        PackageFile[] published = [File("3.0", 1), File("1.0", 3), File("0.9", 3), File("2.0", 2), File("4.0", null), File("5.0", 9)];

        var files = RepositoryIndex.Empty.With(new(1, default, published, [], [new(Name, record)])).Find(Name);

        Assert.Equal("0.9", files?.NewestUpload?.Filename.Version?.ToString());
        Assert.Equal(["0.9", "1.0", "2.0", "3.0", "4.0"], files?.NewestUploads(10).Select(file => file.Filename.Version?.ToString()));
        Assert.Equal(["0.9", "1.0"], files?.NewestUploads(2).Select(file => file.Filename.Version?.ToString()));
        Assert.Equal(5, files?.FileCount);
    }

    [Fact]
    public void A_project_of_which_all_was_deleted_is_still_known_and_offers_nothing()
    {
        var files = Project("1.0!deleted");

        Assert.NotNull(files);
        Assert.False(files.IsOffered);
        Assert.Empty(files.InOrder());
        Assert.Equal((null, 0), (files.NewestUpload, files.FileCount));
    }

    [Fact]
    public void A_project_is_gone_with_its_last_file_if_nothing_was_decided_about_it()
    {
        var index = RepositoryIndex.Empty.With(Changes(1, ["1.0"]));

        Assert.Null(index.With(new(2, default, [], [new(Name, "demo-1.0.tar.gz")], [])).Find(Name));
    }

    [Fact]
    public void A_record_makes_another_object_of_its_project_and_of_no_other_one()
    {
        var before = RepositoryIndex.Empty.With(Changes(1, ["1.0"]));

        var after = before.With(new(2, default, [], [], [new(Name, ProjectRecord.Empty with { Status = StatusMarker.Quarantined })]));

        Assert.NotSame(before.Find(Name), after.Find(Name));
        Assert.True(before.Find(Name)?.IsOffered);
        Assert.False(after.Find(Name)?.IsOffered);
        Assert.Same(after.Find(Name), after.With(new(3, default, [], [], [])).Find(Name));
    }

    [Fact]
    public void The_past_has_what_was_uploaded_until_then_and_still_exists()
    {
        var record = ProjectRecord.Empty with { Deleted = ProjectRecord.Empty.Deleted.Add("demo-1.0.tar.gz", new Deletion(default, default)) };
        var project = RepositoryIndex.Empty.With(
            new IndexChanges(1, default, [File("1.0", 1), File("2.0", 2), File("3.0", 3), File("4.0", null)], [], [new(Name, record)])).Find(Name);
        Assert.NotNull(project);

        Assert.Equal(["2.0"], VersionsAt(2));
        Assert.Equal(["2.0", "3.0"], VersionsAt(1000));
        Assert.Empty(VersionsAt(1));
        Assert.False(project.ExistedAt(DateTimeOffset.UnixEpoch.AddDays(1)));
        Assert.True(project.ExistedAt(DateTimeOffset.UnixEpoch.AddDays(2)));
        Assert.Same(record, project.At(DateTimeOffset.UnixEpoch).Record);

        IEnumerable<string?> VersionsAt(int day) => project.At(DateTimeOffset.UnixEpoch.AddDays(day)).InOrder().Select(file => file.Filename.Version?.ToString());
    }

    private static ProjectName Name { get; } = ProjectName.TryParse("demo", out var name) ? name : throw new InvalidOperationException();

    private static ProjectFiles? Project(params string[] versions) => RepositoryIndex.Empty.With(Changes(1, versions)).Find(Name);

    /// <summary>A project with these versions; the text after «!» is a change of its record.</summary>
    private static IndexChanges Changes(long revision, string[] versions)
    {
        var record = ProjectRecord.Empty;
        foreach (var parts in versions.Select(version => version.Split('!')).Where(parts => parts.Length > 1))
        {
            record = parts[1] == "yanked"
                ? record with { YankedFiles = record.YankedFiles.Add($"demo-{parts[0]}.tar.gz", "") }
                : record with { Deleted = record.Deleted.Add($"demo-{parts[0]}.tar.gz", new Deletion(default, default)) };
        }

        return new IndexChanges(revision, default, [.. versions.Select(version => File(version.Split('!')[0]))], [], record.IsEmpty ? [] : [new(Name, record)]);
    }

    private static PackageFile File(string version, int? day) => File(version) with { UploadedAt = day is { } days ? DateTimeOffset.UnixEpoch.AddDays(days) : null };

    private static PackageFile File(string version) => new()
    {
        Filename = DistributionFilename.TryParse($"demo-{version}.tar.gz", out var filename) ? filename : throw new ArgumentException(version),
        Size = 1,
        Sha256 = default,
        UploadedAt = default,
        Location = "demo",
    };
}
