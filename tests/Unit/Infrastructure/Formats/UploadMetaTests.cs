using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Unit.Infrastructure.Formats;

public sealed class UploadMetaTests
{
    [Fact]
    public void When_and_by_whom_a_file_was_uploaded_is_read_as_it_was_written()
    {
        var uploadedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)).AddMicroseconds(678_901);

        var written = MetaFile.Write(UploadMeta.Of(FileOf("ci-billing"), default, uploadedAt));

        Assert.True(MetaFile.TryRead(written, "x", out var meta, out _));
        Assert.Equal((uploadedAt, "ci-billing"), (UploadMeta.UploadTimeOf(meta), UploadMeta.UploadedByOf(meta)));
    }

    [Fact]
    public void Fields_of_the_form_with_the_names_of_our_own_are_dropped()
    {
        KeyValuePair<string, string>[] form = [new("uploaded_by", "somebody else"), new("upload_time", "1999-01-01T00:00:00.000000Z"), new("sha256", "f"), new("summary", "kept")];

        var fields = UploadMeta.Of(FileOf("octocat", form), default, default);

        Assert.Equal(["summary", "distrib", "sha256", "upload_time", "uploaded_by"], fields.Select(field => field.Key));
        Assert.Equal("octocat", UploadMeta.UploadedByOf(new Dictionary<string, string>(fields)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines")]
    [InlineData("a\u001bescape")]
    public void A_name_that_is_none_is_not_known(string name)
    {
        Assert.Null(UploadMeta.UploadedByOf(new Dictionary<string, string> { ["uploaded_by"] = name }));
        Assert.Null(UploadMeta.UploadedByOf(new Dictionary<string, string> { ["uploaded_by"] = new('x', 129) }));
        Assert.Null(UploadMeta.UploadedByOf(new Dictionary<string, string>()));
    }

    private static NewFile FileOf(string uploadedBy, params KeyValuePair<string, string>[] form) => new(
        DistributionFilename.TryParse("demo-1.0.tar.gz", out var filename) ? filename : throw new InvalidOperationException(),
        RequiresPython: null,
        form,
        new FileDescription(MetadataFields.None, default),
        uploadedBy);
}
