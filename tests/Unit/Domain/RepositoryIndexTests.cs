using FsCheck;
using FsCheck.Fluent;
using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class RepositoryIndexTests
{
    [Fact]
    public void A_published_file_is_found_by_project_and_name()
    {
        var index = RepositoryIndex.Empty.With(Published(1, File("demo", "1.0")));

        Assert.Equal("1.0", index.Find(Name("Demo"))?.Find("demo-1.0.tar.gz")?.Filename.Version?.ToString());
        Assert.Null(index.Find(Name("demo"))?.Find("demo-2.0.tar.gz"));
        Assert.Null(index.Find(Name("other")));
    }

    [Fact]
    public void A_project_whose_last_file_is_removed_is_gone()
    {
        var index = RepositoryIndex.Empty.With(Published(1, File("demo", "1.0")));

        Assert.Empty(index.With(Removed(2, "demo", "1.0")).Projects);
    }

    [Fact]
    public void A_change_leaves_the_index_that_others_are_reading_as_it_was()
    {
        var before = RepositoryIndex.Empty.With(Published(1, File("demo", "1.0")));

        before.With(Published(2, File("demo", "2.0")));

        Assert.Equal(1, before.Find(Name("demo"))?.InOrder().Count);
    }

    [Fact]
    public void Projects_that_a_change_does_not_touch_are_the_same_object_so_that_their_pages_stay()
    {
        var before = RepositoryIndex.Empty.With(Published(1, File("demo", "1.0"), File("other", "1.0")));

        var after = before.With(Published(2, File("demo", "2.0")));

        Assert.Same(before.Find(Name("other")), after.Find(Name("other")));
        Assert.NotSame(before.Find(Name("demo")), after.Find(Name("demo")));
    }

    [Fact]
    public void Offered_projects_follow_every_change_and_are_sorted_by_name()
    {
        var changes =
            from project in Gen.Choose(0, 5)
            from version in Gen.Choose(0, 2)
            from kind in Gen.Choose(0, 3)
            select (Project: $"p{project}", Version: $"{version}.0", Kind: kind);

        Prop.ForAll(Gen.ListOf(changes).ToArbitrary(), all =>
        {
            var index = RepositoryIndex.Empty.With(Published(1, File("p1", "7.0"), File("p0", "7.0")));
            _ = index.Offered;
            foreach (var (project, version, kind) in all)
            {
                var before = index;
                index = index.With(kind switch
                {
                    0 => Removed(index.Revision + 1, project, version),
                    1 => Recorded(index.Revision + 1, project, new ProjectRecord { Status = StatusMarker.Quarantined }),
                    2 => Recorded(index.Revision + 1, project, ProjectRecord.Empty),
                    _ => Published(index.Revision + 1, File(project, version)),
                });
                var names = index.Offered.Select(offered => offered.Name);
                if (!index.Offered.SequenceEqual(index.Projects.Where(offered => offered.IsOffered).OrderBy(offered => offered.Name))
                    || ReferenceEquals(index.Offered.Names, before.Offered.Names) != names.SequenceEqual(before.Offered.Select(offered => offered.Name)))
                {
                    return false;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Offered_projects_are_sorted_however_many_come_and_go()
    {
        var names = Enumerable.Range(0, 700).Select(number => $"p{number * 7919 % 1000}").ToList();
        var index = RepositoryIndex.Empty;
        _ = index.Offered;

        foreach (var name in names)
        {
            index = index.With(Published(index.Revision + 1, File(name, "1.0")));
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), index.Offered.Select(project => project.Name.ToString()));
        Assert.Equal(700, index.Offered.Count);

        foreach (var name in names.Skip(1))
        {
            index = index.With(Removed(index.Revision + 1, name, "1.0"));
        }

        Assert.Equal(names[0], Assert.Single(index.Offered).Name.ToString());
    }

    [Fact]
    public void Changes_older_than_the_index_are_refused()
    {
        var index = RepositoryIndex.Empty.With(Published(2, File("demo", "1.0")));

        Assert.Throws<ArgumentOutOfRangeException>(() => index.With(Published(1, File("demo", "1.0"))));
    }

    [Fact]
    public void Files_are_in_the_order_of_their_versions()
    {
        var index = RepositoryIndex.Empty.With(Published(1, File("demo", "1.10"), File("demo", "1.9"), File("demo", "1.10rc1")));

        Assert.Equal(["1.9", "1.10rc1", "1.10"], index.Find(Name("demo"))?.InOrder().Select(file => file.Filename.Version?.ToString()));
    }

    [Fact]
    public void Changes_one_by_one_make_what_they_make_at_once()
    {
        var change =
            from project in Gen.Elements("a", "b", "c")
            from version in Gen.Elements("1.0", "2.0", "3.0")
            from removes in Gen.Elements(true, false)
            select (project, version, removes);

        Prop.ForAll(Gen.ListOf(change).ToArbitrary(), changes =>
        {
            var oneByOne = changes.Index().Aggregate(RepositoryIndex.Empty, (index, step) => index.With(
                step.Item.removes
                    ? Removed(step.Index + 1, step.Item.project, step.Item.version)
                    : Published(step.Index + 1, File(step.Item.project, step.Item.version))));

            var left = changes.GroupBy(step => (step.project, step.version)).Where(steps => !steps.Last().removes).Select(steps => File(steps.Key.project, steps.Key.version));
            var atOnce = RepositoryIndex.Empty.With(Published(changes.Count + 1, [.. left]));

            return Names(oneByOne).SequenceEqual(Names(atOnce));
        }).QuickCheckThrowOnFailure();
    }

    private static IEnumerable<string> Names(RepositoryIndex index) => index.Projects.OrderBy(project => project.Name)
        .SelectMany(project => project.InOrder())
        .Select(file => file.Filename.ToString());

    private static IndexChanges Published(long revision, params PackageFile[] files) => new(revision, DateTimeOffset.UnixEpoch, files, [], []);

    private static IndexChanges Recorded(long revision, string project, ProjectRecord record) => new(revision, DateTimeOffset.UnixEpoch, [], [], [new(Name(project), record)]);

    private static IndexChanges Removed(long revision, string project, string version) =>
        new(revision, DateTimeOffset.UnixEpoch, [], [new RemovedFile(Name(project), $"{project}-{version}.tar.gz")], []);

    private static PackageFile File(string project, string version) => new()
    {
        Filename = DistributionFilename.TryParse($"{project}-{version}.tar.gz", out var filename) ? filename : throw new ArgumentException(version),
        Size = 1,
        Sha256 = default,
        UploadedAt = DateTimeOffset.UnixEpoch,
        Location = project,
    };

    private static ProjectName Name(string text) => ProjectName.TryParse(text, out var name) ? name : throw new ArgumentException(text);
}
