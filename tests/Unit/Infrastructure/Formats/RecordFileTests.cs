using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Unit.Infrastructure.Formats;

public sealed class RecordFileTests
{
    [Fact]
    public void A_record_is_readable()
    {
        var text = Encoding.UTF8.GetString(RecordFile.Write(Sample));

        Assert.Contains("\nstatus = \"deprecated\"\nreason = \"use \\\"other\\\"\"\n", text, StringComparison.Ordinal);
        Assert.Contains("[yanked_versions]\n\"1.5\" = \"\"\n", text, StringComparison.Ordinal);
        Assert.Contains("\"demo-1.0.tar.gz\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_is_read_as_it_was_written()
    {
        Assert.True(RecordFile.TryRead(RecordFile.Write(Sample), "r", out var read, out _));
        Assert.Equal(Sample, read);
    }

    [Fact]
    public void No_record_is_the_empty_one()
    {
        Assert.True(RecordFile.TryRead([], "r", out var read, out _));
        Assert.True(read.IsEmpty);
    }

    [Fact]
    public void A_record_that_is_cut_off_anywhere_is_not_read()
    {
        foreach (var record in (ProjectRecord[])[Sample, ProjectRecord.Empty])
        {
            var whole = RecordFile.Write(record);
            for (var length = 1; length < whole.Length - 1; length++)
            {
                Assert.False(RecordFile.TryRead(whole.AsSpan(0, length), "r", out _, out _), $"{length} of {whole.Length} bytes");
            }
        }
    }

    [Fact]
    public void A_record_that_somebody_wrote_needs_no_last_line()
    {
        Assert.True(RecordFile.TryRead("# in quarantine\nstatus = \"quarantined\"\n"u8, "r", out var read, out _));
        Assert.Equal(StatusMarker.Quarantined, read.Status);
    }

    [Fact]
    public void A_record_that_could_not_be_read_is_not_written() =>
        Assert.Throws<ArgumentException>(() => RecordFile.Write(ProjectRecord.Unreadable));

    [Fact]
    public void Any_text_survives_as_a_reason() => Prop.ForAll<NonNull<string>>(reason =>
    {
        var record = ProjectRecord.Empty with { YankedFiles = ProjectRecord.Empty.YankedFiles.Add("demo-1.0.tar.gz", reason.Get) };

        return reason.Get.Any(char.IsSurrogate) || (RecordFile.TryRead(RecordFile.Write(record), "r", out var read, out _) && read.Equals(record));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("status = \"gone\"", "r:1:10: must be one of active")]
    [InlineData("status = 1", "r:1:10: must be a string")]
    [InlineData("color = 1", "r:1:1: unknown key \"color\"")]
    [InlineData("yanked_versions = 1", "r:1:19: must be a table")]
    [InlineData("[yanked_versions]\n\"one\" = \"\"", "r:2:1: is no version")]
    [InlineData("[yanked_files]\na = 1", "r:2:5: must be a string")]
    [InlineData("[deleted.a]\nat = 1979-05-27T07:32:00Z", "must have a time")]
    [InlineData("[deleted.a]\nsha256 = \"ab\"\nat = 1979-05-27T07:32:00Z", "must have a time")]
    [InlineData("[deleted_versions]\n\"1.0\" = \"yesterday\"", "r:2:9: must be a time")]
    [InlineData("status = ", "r:1:")]
    public void What_is_wrong_is_said_with_its_place_and_nothing_is_read(string text, string problem)
    {
        Assert.False(RecordFile.TryRead(Encoding.UTF8.GetBytes(text), "r", out var record, out var said));
        Assert.Null(record);
        Assert.Contains(problem, said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reason_that_is_too_long_for_a_page_is_cut()
    {
        var reason = new string('x', 1001);
        var text = $"reason = \"{reason}\"\n[yanked_versions]\n\"1.0\" = \"{reason}\"\n[yanked_files]\n\"demo-1.0.tar.gz\" = \"{reason}\"\n";

        Assert.True(RecordFile.TryRead(Encoding.UTF8.GetBytes(text), "r", out var record, out _));
        Assert.Equal([1000, 1000, 1000], [record.StatusReason?.Length, record.YankedVersions.Values.Single().Length, record.YankedFiles.Values.Single().Length]);
    }

    [Fact]
    public void A_version_in_two_spellings_is_one_version()
    {
        Assert.True(RecordFile.TryRead("[yanked_versions]\n\"1.0\" = \"a\"\n\"1.0.0\" = \"b\"\n"u8, "r", out var record, out _));
        Assert.Equal("b", Assert.Single(record.YankedVersions).Value);
    }

    private static ProjectRecord Sample { get; } = ProjectRecord.Empty with
    {
        Status = StatusMarker.Deprecated,
        StatusReason = "use \"other\"",
        YankedVersions = ProjectRecord.Empty.YankedVersions.Add(PackageVersion.TryParse("1.5", out var version) ? version : throw new InvalidOperationException(), ""),
        YankedFiles = ProjectRecord.Empty.YankedFiles.Add("demo-1.6-py3-none-any.whl", "bad <b>"),
        Deleted = ProjectRecord.Empty.Deleted.Add("demo-1.0.tar.gz", new Deletion(new DateTimeOffset(2026, 11, 23, 4, 5, 6, TimeSpan.Zero), default)),
        DeletedVersions = ProjectRecord.Empty.DeletedVersions.Add(
            PackageVersion.TryParse("1.4", out var deleted) ? deleted : throw new InvalidOperationException(), new DateTimeOffset(2026, 11, 24, 4, 5, 6, TimeSpan.Zero)),
    };
}
