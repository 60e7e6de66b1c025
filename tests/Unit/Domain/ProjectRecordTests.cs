using System.Collections.Immutable;
using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class ProjectRecordTests
{
    private static readonly Deletion Deleted = new(DateTimeOffset.UnixEpoch, default);

    [Fact]
    public void Of_a_project_whose_record_cannot_be_read_nothing_is_taken_and_it_is_no_empty_one()
    {
        Assert.True(DistributionFilename.TryParse("demo-1.0.tar.gz", out var filename));

        var refused = ProjectRecord.Unreadable.RefusalOf(filename);

        Assert.Equal(FailureKind.Unavailable, refused?.Kind);
        Assert.NotNull(refused?.RetryAfter);
        Assert.Contains("project demo", refused?.Message, StringComparison.Ordinal);
        Assert.False(ProjectRecord.Unreadable.IsEmpty);
        Assert.NotEqual(ProjectRecord.Empty, ProjectRecord.Unreadable);
        Assert.Null(ProjectRecord.Empty.UnreadableOf(filename.Project));
    }

    [Fact]
    public void Nothing_decided_is_empty_and_refuses_nothing()
    {
        Assert.True(ProjectRecord.Empty.IsEmpty);
        Assert.Null(ProjectRecord.Empty.RefusalOf(Name("demo-1.0.tar.gz")));
        Assert.Null(ProjectRecord.Empty.YankOf(Name("demo-1.0.tar.gz")));
    }

    [Fact]
    public void A_yanked_version_yanks_each_of_its_files_however_the_version_is_written()
    {
        var record = ProjectRecord.Empty with { YankedVersions = ProjectRecord.Empty.YankedVersions.Add(Version("1.0"), "bad") };

        Assert.Equal("bad", record.YankOf(Name("demo-1.0.0.tar.gz")));
        Assert.Null(record.YankOf(Name("demo-1.0.1.tar.gz")));
    }

    [Fact]
    public void The_reason_of_a_file_goes_before_that_of_its_version()
    {
        var record = ProjectRecord.Empty with
        {
            YankedVersions = ProjectRecord.Empty.YankedVersions.Add(Version("1.0"), "version"),
            YankedFiles = ProjectRecord.Empty.YankedFiles.Add("demo-1.0.tar.gz", ""),
        };

        Assert.Equal("", record.YankOf(Name("demo-1.0.tar.gz")));
        Assert.Equal("version", record.YankOf(Name("demo-1.0-py3-none-any.whl")));
    }

    [Theory]
    [InlineData(StatusMarker.Active, null)]
    [InlineData(StatusMarker.Deprecated, null)]
    [InlineData(StatusMarker.Archived, FailureKind.Forbidden)]
    [InlineData(StatusMarker.Quarantined, FailureKind.Forbidden)]
    public void Archived_and_quarantined_projects_take_no_uploads(StatusMarker status, FailureKind? refused)
    {
        var refusal = (ProjectRecord.Empty with { Status = status, StatusReason = "moved" }).RefusalOf(Name("demo-1.0.tar.gz"));

        Assert.Equal(refused, refusal?.Kind);
        Assert.True(refusal is null || refusal.Message.Contains("(moved)", StringComparison.Ordinal));
    }

    [Fact]
    public void The_name_of_a_deleted_file_is_taken()
    {
        var record = ProjectRecord.Empty with { Deleted = ProjectRecord.Empty.Deleted.Add("demo-1.0.tar.gz", Deleted) };

        var refusal = record.RefusalOf(Name("demo-1.0.tar.gz"));

        Assert.Equal(FailureKind.Conflict, refusal?.Kind);
        Assert.StartsWith("File already exists", refusal?.Message, StringComparison.Ordinal);
        Assert.Null(record.RefusalOf(Name("demo-1.1.tar.gz")));
        Assert.Null(record.RefusalOf(Name("demo-1.0-py3-none-any.whl")));
    }

    [Theory]
    [InlineData("demo-1.0.zip")]
    [InlineData("Demo-1.0.0.tar.gz")]
    public void What_is_deleted_comes_back_under_no_other_name(string other)
    {
        var record = ProjectRecord.Empty with { Deleted = ProjectRecord.Empty.Deleted.Add("demo-1.0.tar.gz", Deleted) };

        Assert.StartsWith("File already exists: demo-1.0.tar.gz was deleted", record.RefusalOf(Name(other))?.Message, StringComparison.Ordinal);
        Assert.False(record.IsDeleted(Name(other)));
    }

    [Theory]
    [InlineData("demo-1.0.0-1-py3-none-any.whl", true)]
    [InlineData("demo-1.0.tar.gz", true)]
    [InlineData("demo-1.0.post1.tar.gz", false)]
    public void A_deleted_version_takes_no_file_that_it_never_had(string filename, bool isDeleted)
    {
        var record = ProjectRecord.Empty with { DeletedVersions = ProjectRecord.Empty.DeletedVersions.Add(Version("1.0"), default) };

        Assert.False(record.IsEmpty);
        Assert.Equal(isDeleted, record.IsDeleted(Name(filename)));
        Assert.Equal(isDeleted ? FailureKind.Conflict : null, record.RefusalOf(Name(filename))?.Kind);
    }

    [Fact]
    public void A_yank_is_of_the_file_under_every_name_that_it_has()
    {
        var record = ProjectRecord.Empty.WithYank(Name("Demo-1.0.zip"), "bad");

        Assert.Equal("bad", record.YankOf(Name("demo-1.0.0.tar.gz")));
        Assert.Null(record.YankOf(Name("demo-1.1.tar.gz")));

        var again = record.WithYank(Name("demo-1.0.tar.gz"), "worse");
        Assert.Equal(KeyValuePair.Create("demo-1.0.tar.gz", "worse"), Assert.Single(again.YankedFiles));
        Assert.Equal("worse", again.YankOf(Name("Demo-1.0.zip")));
        Assert.Empty(again.WithYank(Name("demo-01.0.zip"), reason: null).YankedFiles);
        Assert.Equal("bad", record.YankOf(Name("demo-1.0.zip")));
    }

    [Fact]
    public void A_name_that_is_none_stands_for_itself()
    {
        var record = ProjectRecord.Empty with { YankedFiles = ProjectRecord.Empty.YankedFiles.Add("notes.txt", "") };

        Assert.Null(record.YankOf(Name("demo-1.0.tar.gz")));
    }

    [Fact]
    public void Records_are_equal_when_they_say_the_same()
    {
        static ProjectRecord Make() => ProjectRecord.Empty with { YankedFiles = ImmutableSortedDictionary<string, string>.Empty.Add("a", "b") };

        Assert.Equal(Make(), Make());
        Assert.NotEqual(Make(), Make() with { YankedFiles = ImmutableSortedDictionary<string, string>.Empty.Add("a", "c") });
        Assert.NotEqual(ProjectRecord.Empty, ProjectRecord.Empty with { StatusReason = "" });
        Assert.NotEqual(ProjectRecord.Empty, ProjectRecord.Empty with { DeletedVersions = ProjectRecord.Empty.DeletedVersions.Add(Version("1"), default) });
    }

    private static DistributionFilename Name(string text) => DistributionFilename.TryParse(text, out var name) ? name : throw new ArgumentException(text);

    private static PackageVersion Version(string text) => PackageVersion.TryParse(text, out var version) ? version : throw new ArgumentException(text);
}
