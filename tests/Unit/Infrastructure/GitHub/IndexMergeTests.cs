using FsCheck;
using FsCheck.Fluent;
using PyWharf.Infrastructure.Backends.GitHub.Index;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Unit.Infrastructure.GitHub;

public class IndexMergeTests
{
    // Few projects, so that lists overlap; few assets, so that they contradict each other.
    private static readonly Gen<IndexedPackage> AnyPackage =
        from project in Gen.Elements("a", "b", "c", "d", "e", "f", "g")
        from asset in Gen.Choose(1, 3)
        from summary in Gen.Elements("", "new")
        select Packages.Of(project, asset, new KeyValuePair<string, string>("summary", summary));

    private static readonly Gen<IReadOnlyList<IndexedPackage>> AnyIndex = AnyPackage.ListOf().Select(packages => (IReadOnlyList<IndexedPackage>)[.. packages]);

    private static readonly Arbitrary<(IReadOnlyList<IndexedPackage> Old, IReadOnlyList<IndexedPackage> Other)> TwoLists =
        (from old in AnyIndex from other in AnyIndex select (old, other)).ToArbitrary();

    [Fact]
    public void A_merge_has_every_name_of_both_once() => Check((old, listed) =>
        Names(IndexMerge.Merge(old, listed)).Order().SequenceEqual(Names(old).Union(Names(listed)).Order()));

    [Fact]
    public void A_merge_says_what_the_list_says_in_its_order() => Check((old, listed) =>
    {
        var names = Names(listed).ToHashSet();

        return IndexMerge.AreSame(
            [.. IndexMerge.Merge(old, listed).Where(package => names.Contains(IndexMerge.FilenameOf(package)))],
            [.. listed.DistinctBy(IndexMerge.FilenameOf)]);
    });

    [Fact]
    public void A_merge_keeps_what_is_not_listed_as_it_is() => Check((old, listed) => IndexMerge.AreSame(
        [.. IndexMerge.Unlisted(IndexMerge.Merge(old, listed), listed).OrderBy(IndexMerge.FilenameOf)],
        [.. IndexMerge.Unlisted(old, listed).DistinctBy(IndexMerge.FilenameOf).OrderBy(IndexMerge.FilenameOf)]));

    [Fact]
    public void To_merge_again_changes_nothing() => Check((old, listed) =>
    {
        var once = IndexMerge.Merge(old, listed);

        return IndexMerge.AreSame(once, IndexMerge.Merge(once, listed));
    });

    [Fact]
    public void To_merge_what_is_there_changes_nothing() => Check((old, _) =>
    {
        var index = IndexMerge.Merge([], old);

        return IndexMerge.AreSame(index, IndexMerge.Merge(index, index)) && IndexMerge.AreSame(index, IndexMerge.Merge(index, []));
    });

    [Fact]
    public void A_list_that_was_stale_does_no_harm_once_it_is_whole() => Check((old, listed) =>
    {
        var whole = IndexMerge.Merge(old, listed);
        var stale = IndexMerge.Merge(whole, [.. whole.Where((_, i) => i % 3 != 0)]);

        return IndexMerge.AreSame(whole, stale) && IndexMerge.AreSame(whole, IndexMerge.Merge(stale, whole));
    });

    [Fact]
    public void What_is_not_listed_stays_before_what_followed_it()
    {
        var (a, b, c, d, x) = (Packages.Of("a", 1), Packages.Of("b", 2), Packages.Of("c", 3), Packages.Of("d", 4), Packages.Of("x", 5));

        Assert.Equal([x, a, b, c, d], IndexMerge.Merge([a, b, c, d], [x, b, d]));
        Assert.Equal([x, a, b, c, d], IndexMerge.Merge([a, b, c, d], [x, a, b]));
        Assert.Equal([b, x, a], IndexMerge.Merge([a], [b, x]));
    }

    [Fact]
    public void To_add_loses_nothing_and_names_nothing_twice() => Check((old, added) =>
        Names(Add(old, added)).Order().SequenceEqual(Names(old).Union(Names(added)).Order()));

    [Fact]
    public void To_add_again_changes_nothing() => Check((old, added) => IndexMerge.AreSame(Add(old, added), Add(Add(old, added), added)));

    [Fact]
    public void In_whichever_order_two_servers_add_the_same_comes_of_it() => Check((one, other) =>
        Add(Add([], one), other).Select(package => (package.Distrib, package.Url)).ToHashSet()
            .SetEquals(Add(Add([], other), one).Select(package => (package.Distrib, package.Url))));

    [Fact]
    public void What_is_added_comes_first_and_the_newest_before_all()
    {
        var (a, b, c, d) = (Packages.Of("a", 1), Packages.Of("b", 2), Packages.Of("c", 3), Packages.Of("d", 4));

        Assert.Equal([d, c, b, a], Add([b, a], [c, d, a]));
    }

    [Fact]
    public void Of_two_assets_of_one_name_the_later_one_is_kept_at_the_place_of_the_other()
    {
        var (a, b, older, newer) = (Packages.Of("a", 1), Packages.Of("b", 2), Packages.Of("c", 3), Packages.Of("c", 9));

        Assert.Equal([b, newer, a], Add([b, older, a], [newer]));
        Assert.Equal([b, newer, a], Add([b, newer, a], [older]));
        Assert.Equal([b, older, a], Add([b, older, a], [older with { Url = "https://evil.example.org/assets/99" }]));
    }

    [Fact]
    public void What_the_index_says_of_an_asset_is_not_said_anew()
    {
        var (old, added) = (Packages.Of("a", 1, new KeyValuePair<string, string>("summary", "as in the release")), Packages.Of("a", 1));

        Assert.Same(old, Assert.Single(Add([old], [added])));
    }

    [Fact]
    public void Packages_are_the_same_where_everything_is()
    {
        var (one, other) = (Packages.Of("a", 1), Packages.Of("a", 1));

        Assert.NotEqual(one, other); // as records, by the lists of their metadata
        Assert.True(IndexMerge.AreSame(one, other));
        Assert.False(IndexMerge.AreSame(one, other with { Url = Packages.UrlOf(2) }));
        Assert.False(IndexMerge.AreSame(one, other with { Sha256 = Packages.DigestOf("b") }));
        Assert.False(IndexMerge.AreSame(one, Packages.Of("a", 1, new KeyValuePair<string, string>("summary", "x"))));
        Assert.False(IndexMerge.AreSame([one], [other, other]));
    }

    private static IReadOnlyList<IndexedPackage> Add(IReadOnlyList<IndexedPackage> old, IReadOnlyList<IndexedPackage> added) =>
        IndexMerge.Add(old, added, Packages.Assets);

    private static IEnumerable<string> Names(IEnumerable<IndexedPackage> packages) => packages.Select(IndexMerge.FilenameOf);

    private static void Check(Func<IReadOnlyList<IndexedPackage>, IReadOnlyList<IndexedPackage>, bool> law) =>
        Prop.ForAll(TwoLists, lists => law(lists.Old, lists.Other)).QuickCheckThrowOnFailure();
}
