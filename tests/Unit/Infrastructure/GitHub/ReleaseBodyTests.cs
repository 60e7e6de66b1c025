using System.Text;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub;
using PyWharf.Infrastructure.Backends.GitHub.Releases;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Unit.Infrastructure.GitHub;

public sealed class ReleaseBodyTests
{
    private static readonly string Digest = new('a', 64);

    [Fact]
    public void A_form_is_kept_as_the_original_keeps_it() => Assert.Equal(
        $"\":action\" = \"file_upload\"\ndescription = \"Words\"\ndistrib = \"foo\"\nsha256 = \"{Digest}\"\n",
        ReleaseBody.Write([new(":action", "file_upload"), .. Meta("Words")]).Value);

    [Fact]
    public void A_body_of_exactly_as_much_as_GitHub_takes_stays_whole()
    {
        var room = ReleaseBody.MaxLength - ReleaseBody.Write(Meta("")).Value.Length;

        var body = ReleaseBody.Write(Meta(new string('x', room))).Value;

        Assert.Equal(ReleaseBody.MaxLength, body.Length);
        Assert.Equal(room, Fields(body)["description"].Length);
    }

    public static TheoryData<string, string> LongDescriptions => new()
    {
        { "plain", new string('x', 200_000) },
        { "one too many", new string('x', ReleaseBody.MaxLength - ReleaseBody.Write(Meta("")).Value.Length + 1) },
        { "quotes", new string('"', 100_000) },
        { "backslashes", new string('\\', 70_000) },
        { "controls", new string('\0', 50_000) },
        { "controls after a literal escape", "\\u" + new string('\u0001', 50_000) },
        { "surrogate pairs", string.Concat(Enumerable.Repeat("\U0001F40D", 70_000)) },
        { "surrogate pairs at odd places", "x" + string.Concat(Enumerable.Repeat("\U0001F40D", 70_000)) },
        { "lines", string.Concat(Enumerable.Repeat("a line\r\n", 20_000)) },
        { "very long", new string('é', 8_000_000) },
    };

    [Theory]
    [MemberData(nameof(LongDescriptions))]
    public void A_description_for_which_there_is_no_room_is_shortened_and_says_so(string name, string description)
    {
        var body = ReleaseBody.Write([new("name", name), .. Meta(description)]).Value;

        // As long as it can be: one more of the longest escapes does not fit.
        Assert.InRange(body.Length, ReleaseBody.MaxLength - 20, ReleaseBody.MaxLength);

        var fields = Fields(body);
        Assert.Equal(["name", "description", "distrib", "sha256"], fields.Keys);
        Assert.Equal(Digest, fields["sha256"]);
        Assert.Equal("foo", fields["distrib"]);

        var kept = fields["description"].Split("\n\n(The description ends here because")[0];
        Assert.NotEqual(fields["description"], kept);
        Assert.StartsWith(kept, description, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', kept);
    }

    [Fact]
    public void Fields_that_are_too_long_without_a_description_are_refused()
    {
        Assert.Equal(FailureKind.Invalid, ReleaseBody.Write([new("summary", new string('x', 125_000)), .. Meta("Words")]).Failure?.Kind);
        Assert.Equal(FailureKind.Invalid, ReleaseBody.Write([new("summary", new string('x', 125_000)), .. Meta(new string('x', 125_000))]).Failure?.Kind);
        Assert.Equal(FailureKind.Invalid, ReleaseBody.Write([new("summary", new string('x', 125_000))]).Failure?.Kind);
    }

    private static KeyValuePair<string, string>[] Meta(string description) =>
        [new("description", description), new("distrib", "foo"), new("sha256", Digest)];

    private static IReadOnlyDictionary<string, string> Fields(string body) =>
        MetaFile.TryRead(Encoding.UTF8.GetBytes(body), "body", out var fields, out var problem) ? fields : throw new FormatException(problem);
}
