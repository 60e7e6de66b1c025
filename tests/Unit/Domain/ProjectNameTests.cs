using FsCheck;
using FsCheck.Fluent;
using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class ProjectNameTests
{
    private static readonly Arbitrary<ProjectName> Names =
        Gen.Elements("aAbB09-_.".ToCharArray()).NonEmptyListOf()
            .Select(characters => string.Concat(characters))
            .Where(text => ProjectName.TryParse(text, out _))
            .Select(Parse)
            .ToArbitrary();

    [Fact]
    public void A_name_is_read_as_the_reference_reads_it()
    {
        var expected = PackagingRules.Load().Names;

        Assert.Equal(17, expected.Length);
        Assert.All(expected, name =>
        {
            Assert.Equal(name.Valid, ProjectName.TryParse(name.Input, out var parsed));
            Assert.Equal(name.Normalized, parsed?.ToString());
        });
    }

    [Theory]
    [InlineData("Friendly-Bard")]
    [InlineData("FRIENDLY_BARD")]
    [InlineData("friendly.bard")]
    [InlineData("FrIeNdLy-._.-bArD")]
    public void All_spellings_are_one_project(string text)
    {
        var name = Parse(text);

        Assert.Equal("friendly-bard", name.ToString());
        Assert.Equal(text, name.Display);
        Assert.False(name.IsNormalized);
        Assert.True(name == Parse("friendly-bard"));
        Assert.Equal(Parse("friendly-bard").GetHashCode(), name.GetHashCode());
    }

    [Fact]
    public void A_name_in_normal_form_says_so()
    {
        Assert.True(Parse("a-b-1").IsNormalized);
        Assert.False(Parse("a--b").IsNormalized);
    }

    [Fact]
    public void Normalising_twice_is_normalising_once() =>
        Prop.ForAll(Names, name => Parse(name.ToString()) is { IsNormalized: true } again && again.ToString() == name.ToString())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void The_display_is_the_text_that_was_read() =>
        Prop.ForAll(Names, name => Parse(name.Display) is var again && again.Display == name.Display && again.Equals(name))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_is_total_and_agrees_with_equality_and_hash() =>
        Prop.ForAll(
            Names,
            Names,
            Names,
            (a, b, c) =>
                Math.Sign(a.CompareTo(b)) == -Math.Sign(b.CompareTo(a))
                && a.CompareTo(b) == 0 == (a == b)
                && (a != b || a.GetHashCode() == b.GetHashCode())
                && (a.CompareTo(b) > 0 || b.CompareTo(c) > 0 || a.CompareTo(c) <= 0)
                && a.CompareTo(null) > 0)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Theory]
    [InlineData("\u212Aelvin")]
    [InlineData("a\u212Ab")]
    [InlineData("a\u0661")]
    [InlineData("a\u017Fb")]
    [InlineData("name\n")]
    [InlineData("name\0")]
    [InlineData(" name")]
    [InlineData("a/b")]
    [InlineData("-a")]
    [InlineData("a_")]
    [InlineData("..")]
    public void A_name_is_ASCII_and_begins_and_ends_with_a_letter_or_digit(string text) =>
        Assert.False(ProjectName.TryParse(text, out _));

    [Fact]
    public void A_name_that_no_folder_can_have_is_refused()
    {
        Assert.True(ProjectName.TryParse(new string('a', 255), out _));
        Assert.False(ProjectName.TryParse(new string('a', 256), out _));
        Assert.False(ProjectName.TryParse(new string('a', 300), out _));
    }

    [Fact]
    public void Hostile_text_is_refused_without_an_exception() =>
        HostileText.NeverThrows(text => ProjectName.TryParse(text, out _));

    private static ProjectName Parse(string text) =>
        ProjectName.TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is no project name.");
}
