using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using PyWharf.Domain;
using static PyWharf.Unit.Domain.VersionTexts;

namespace PyWharf.Unit.Domain;

public sealed class PackageVersionTests
{
    private static readonly PackagingRules Rules = PackagingRules.Load();

    [Fact]
    public void A_version_is_read_as_the_reference_reads_it()
    {
        Assert.Equal(969, Rules.Cases.Length);
        Assert.All(Rules.Cases, expected =>
        {
            Assert.Equal(expected.Valid, PackageVersion.TryParse(expected.Input, out var version));
            if (version is null)
            {
                return;
            }

            Assert.Equal(expected.Normalized, version.ToString());
            Assert.Equal(expected.Canonical, version.Canonical);
            Assert.Equal(expected.Public, version.Public);
            Assert.Equal(expected.Base, version.BaseVersion);
            Assert.Equal(expected.Local, version.Local);
            Assert.Equal(expected.IsPrerelease, version.IsPrerelease);
            Assert.Equal(expected.IsPostrelease, version.IsPostrelease);
            Assert.Equal(expected.IsDevrelease, version.IsDevrelease);

            var epoch = expected.Epoch.ToString() is var number and not "0" ? number + "!" : "";
            Assert.Equal(epoch + string.Join('.', expected.Release ?? []), version.BaseVersion);
        });
    }

    [Fact]
    public void Versions_sort_as_the_reference_sorts_them()
    {
        var groups = Rules.AscendingGroups.Select(group => group.Select(Parse).ToArray()).ToArray();

        Assert.Equal(249, groups.Length);
        for (var i = 0; i < groups.Length; i++)
        {
            for (var j = 0; j < groups.Length; j++)
            {
                foreach (var (left, right) in from l in groups[i] from r in groups[j] select (l, r))
                {
                    Assert.True(Math.Sign(left.CompareTo(right)) == i.CompareTo(j), $"{left} against {right}");
                    Assert.True(left.Equals(right) == (i == j), $"{left} equal to {right}");
                }
            }
        }
    }

    [Theory]
    [InlineData("1.0.dev456 1.0a1 1.0a2.dev456 1.0a12.dev456 1.0a12 1.0b1.dev456 1.0b2 1.0b2.post345.dev456 1.0b2.post345 1.0rc1.dev456 1.0rc1 1.0 1.0+abc.5 1.0+abc.7 1.0+5 1.0.post456.dev34 1.0.post456 1.0.15 1.1.dev1 1!0.1")]
    [InlineData("1.0+a 1.0+a.a 1.0+a.1 1.0+b 1.0+1 1.0+1.a 1.0+1.0 1.0+2 1.0+10 1.0.post0")]
    [InlineData("2024.1.1 20240101123456788 20240101123456789 100000000000000000000000000 2!0")]
    [InlineData("0.0.0.dev1 0 0.0.0.1 0.1 1.9 1.10")]
    public void Versions_ascend(string ascending)
    {
        var versions = ascending.Split(' ').Select(Parse).ToList();
        var shuffled = versions.OrderBy(version => version.ToString().GetHashCode(StringComparison.Ordinal)).ToList();

        Assert.Equal(versions, shuffled.Order());
    }

    [Fact]
    public void A_version_is_valid_when_the_pattern_of_the_specification_says_so()
    {
        // PEP 440, appendix B.
        var pattern = new Regex(
            """
            \A[ \t\n\v\f\r]*v?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*
            (?:[-_.]?(?:alpha|a|beta|b|preview|pre|c|rc)[-_.]?[0-9]*)?
            (?:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?
            (?:[-_.]?dev[-_.]?[0-9]*)?
            (?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?[ \t\n\v\f\r]*\z
            """.ReplaceLineEndings(""),
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

        Prop.ForAll(Nearly, text => PackageVersion.TryParse(text, out _) == pattern.IsMatch(text))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));
    }

    [Fact]
    public void Normalising_twice_is_normalising_once() =>
        Prop.ForAll(Valid, text => Parse(Parse(text).ToString()).ToString() == Parse(text).ToString())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Versions_are_equal_when_their_canonical_forms_are() =>
        Prop.ForAll(Parsed, Parsed, (a, b) => a.Equals(b) == (a.Canonical == b.Canonical) && Parse(a.Canonical).Equals(a))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void The_order_is_total_and_agrees_with_equality_and_hash() =>
        Prop.ForAll(
            Parsed,
            Parsed,
            Parsed,
            (a, b, c) =>
                Math.Sign(a.CompareTo(b)) == -Math.Sign(b.CompareTo(a))
                && a.CompareTo(b) == 0 == (a == b)
                && (a != b || a.GetHashCode() == b.GetHashCode())
                && (a.CompareTo(b) > 0 || b.CompareTo(c) > 0 || a.CompareTo(c) <= 0))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));

    [Fact]
    public void Trailing_zeros_of_the_release_do_not_tell_versions_apart()
    {
        Assert.Single(new HashSet<PackageVersion> { Parse("1"), Parse("1.0"), Parse("v1.0.0"), Parse("0!1.00") });
        Assert.NotEqual(Parse("1.0a1"), Parse("1.0"));
        Assert.NotEqual(Parse("1.0+0"), Parse("1.0"));
        Assert.NotEqual(Parse("10"), Parse("1"));
    }

    [Fact]
    public void Every_version_is_greater_than_none()
    {
        Assert.True(Parse("0.dev0").CompareTo(null) > 0);
        Assert.False(Parse("0").Equals(null));
    }

    [Theory]
    [InlineData("1.0\0")]
    [InlineData("1.0\u00A0")]
    [InlineData("\uFEFF1.0")]
    [InlineData("1.0-po\u017Ft1")]
    [InlineData("1.0+\u212A")]
    [InlineData("1.\u0660")]
    [InlineData("1.0+\u0661")]
    [InlineData("1\uFF0E0")]
    [InlineData("1.0 .post1")]
    public void A_version_is_ASCII_without_white_space_in_it(string text) => Assert.False(PackageVersion.TryParse(text, out _));

    [Theory]
    [InlineData(" 1.0 ")]
    [InlineData("1.0\n")]
    [InlineData("\t\r\n1.0\v\f")]
    public void White_space_around_a_version_is_ignored(string text) => Assert.Equal("1.0", Parse(text).ToString());

    [Fact]
    public void A_long_version_is_read_whole()
    {
        var text = string.Join('.', Enumerable.Repeat("10", 10_000)) + "-1c-dev";

        Assert.False(PackageVersion.TryParse(text, out _));
        Assert.Equal(text.Replace("-1c-dev", "rc1.post2.dev0", StringComparison.Ordinal), Parse(text.Replace("-1c", "c1-2", StringComparison.Ordinal)).ToString());
    }

    [Fact]
    public void The_longest_normal_form_fits()
    {
        var release = new string('1', 300);

        Assert.Equal("1rc0.post0.dev0", Parse("1crdev").ToString());
        Assert.Equal(release + "rc0.post0.dev0", Parse(release + "crdev").ToString());
    }

    [Fact]
    public void Hostile_text_is_refused_without_an_exception() =>
        HostileText.NeverThrows(text => PackageVersion.TryParse(text, out _));
}
