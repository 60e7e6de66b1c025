using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub;
using PyWharf.Infrastructure.Backends.GitHub.Releases;

namespace PyWharf.Unit.Infrastructure.GitHub;

public sealed class AssetRulesTests
{
    [Theory]
    [InlineData("foo-1.0.tar.gz")]
    [InlineData("Foo_Bar-1.0.post1-2-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl")]
    [InlineData("foo-1.0+local.1-py3-none-any.whl")]
    [InlineData("foo.lock-1.0.zip")]
    public void A_name_that_GitHub_keeps_is_accepted(string name) => Assert.Null(AssetRules.RefusalOf(Filename(name), 1));

    [Theory]
    [InlineData("foo-1!2.0.tar.gz", "epoch")]
    [InlineData("foo-1!2.0-py3-none-any.whl", "epoch")]
    [InlineData("a..b-1.0.tar.gz", "two dots")]
    public void A_name_that_GitHub_would_change_or_refuse_is_refused_with_what_to_do(string name, string word)
    {
        var refusal = AssetRules.RefusalOf(Filename(name), 1);

        Assert.Equal(FailureKind.Invalid, refusal?.Kind);
        Assert.Contains(name, refusal?.Message, StringComparison.Ordinal);
        Assert.Contains(word, refusal?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_all_characters_only_those_are_accepted_that_GitHub_keeps()
    {
        // Whatever a platform tag may hold: the rule does not rely on the names being strict.
        var accepted = Enumerable.Range(0, 0x300).Select(code => (char)code).Where(character =>
            DistributionFilename.TryParse($"foo-1.0-py3-none-a{character}z.whl", out var filename) && AssetRules.RefusalOf(filename, 1) is null);

        Assert.All(accepted, character => Assert.True(char.IsAsciiLetterOrDigit(character) || "-_.@+".Contains(character, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2_147_483_647)]
    public void A_size_that_GitHub_takes_is_accepted(long length) => Assert.Null(AssetRules.RefusalOf(Filename("foo-1.0.tar.gz"), length));

    [Theory]
    [InlineData(0, FailureKind.Invalid)]
    [InlineData(2_147_483_648, FailureKind.TooLarge)]
    [InlineData(long.MaxValue, FailureKind.TooLarge)]
    public void A_size_that_GitHub_does_not_take_is_refused(long length, FailureKind kind) =>
        Assert.Equal(kind, AssetRules.RefusalOf(Filename("foo-1.0.tar.gz"), length)?.Kind);

    private static DistributionFilename Filename(string text) =>
        DistributionFilename.TryParse(text, out var filename) ? filename : throw new ArgumentException(text);
}
