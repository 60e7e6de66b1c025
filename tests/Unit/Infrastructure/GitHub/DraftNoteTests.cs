using PyWharf.Infrastructure.Backends.GitHub;
using PyWharf.Infrastructure.Backends.GitHub.Releases;

namespace PyWharf.Unit.Infrastructure.GitHub;

public sealed class DraftNoteTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, 123, TimeSpan.Zero);

    [Fact]
    public void A_note_tells_when_it_was_made() => Assert.Equal(Noon, DraftNote.TimeOf(DraftNote.Create(Noon)));

    [Fact]
    public void No_two_notes_are_the_same() => Assert.NotEqual(DraftNote.Create(Noon), DraftNote.Create(Noon));

    [Fact]
    public void A_note_is_known_again_if_only_its_ends_were_trimmed()
    {
        var note = DraftNote.Create(Noon);

        Assert.True(DraftNote.Is(note, note));
        Assert.True(DraftNote.Is(note, note + "\n"));
        Assert.Equal(Noon, DraftNote.TimeOf(note + "\n"));
        Assert.False(DraftNote.Is(note, DraftNote.Create(Noon)));
        Assert.False(DraftNote.Is(note, ""));
        Assert.False(DraftNote.Is(note, null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("upload")]
    [InlineData("upload ")]
    [InlineData("upload 7")]
    [InlineData("What is new")]
    [InlineData("upload 3f2504e0-4f89-41d3-9a0c-0305e82c3301")]
    [InlineData("upload ffffffff-ffff-7fff-bfff-ffffffffffff")]
    [InlineData("upload {019b7c6a-0000-7000-8000-000000000000}")]
    [InlineData("x upload 019b7c6a-0000-7000-8000-000000000000")]
    public void Another_text_tells_no_time(string? text) => Assert.Null(DraftNote.TimeOf(text));

    [Theory]
    [InlineData("", true)]
    [InlineData(null, true)]
    [InlineData("upload 019b7c6a-0000-7000-8000-000000000000", true)]
    [InlineData("What is new", false)]
    public void What_a_person_wrote_is_no_note_of_an_upload(string? text, bool isOfAnUpload) =>
        Assert.Equal(isOfAnUpload, DraftNote.IsOfAnUpload(text));
}
