using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Unit.Application.Repositories;

public sealed class RepositoryStatisticsTests
{
    [Fact]
    public void The_newest_uploads_are_those_that_sorting_all_files_finds()
    {
        var uploads =
            from project in Gen.Choose(0, 15)
            from version in Gen.Choose(0, 20)
            from day in Gen.Choose(0, 40)
            select File($"p{project}", version, day == 0 ? null : day);

        Prop.ForAll(Gen.ListOf(uploads).ToArbitrary(), files =>
        {
            var index = IndexOf(1, [.. files]);

            var statistics = RepositoryStatistics.Of(index.Projects, []);

            var all = index.Projects.SelectMany(project => project.InOrder()).Order(PackageFile.NewestFirst).ToList();
            return statistics.NewestUploads.SequenceEqual(all.Take(RepositoryStatistics.MostUploads))
                && (statistics.Projects, statistics.Files) == (index.ProjectCount, all.Count);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void They_are_those_of_the_scope_and_found_once_per_change_of_the_index()
    {
        using var repository = MakeRepository();
        var index = IndexOf(1, File("mine", 1, 1), File("mine", 2, 2), File("theirs", 1, 3));
        var scope = new ProjectScope([NamePattern.TryParse("mine", out var pattern, out _) ? pattern : throw new InvalidOperationException()]);

        var mine = repository.Statistics(index, scope);

        Assert.Equal((1, 2), (mine.Projects, mine.Files));
        Assert.Equal(["mine-2.tar.gz", "mine-1.tar.gz"], mine.NewestUploads.Select(file => file.Filename.ToString()));
        Assert.Equal((2, 3), (repository.Statistics(index, ProjectScope.All).Projects, repository.Statistics(index, ProjectScope.All).Files));
        Assert.Same(mine, repository.Statistics(index, scope));

        var after = index.With(new IndexChanges(2, default, [File("mine", 3, 4)], [], []));
        Assert.Equal("mine-3.tar.gz", repository.Statistics(after, scope).NewestUploads[0].Filename.ToString());
    }

    private static RepositoryIndex IndexOf(long revision, params PackageFile[] files) => RepositoryIndex.Empty.With(new IndexChanges(revision, default, files, [], []));

    private static PackageFile File(string project, int version, int? day) => new()
    {
        Filename = DistributionFilename.TryParse($"{project}-{version}.tar.gz", out var filename) ? filename : throw new InvalidOperationException(),
        Size = 1,
        Sha256 = default,
        UploadedAt = day is { } days ? DateTimeOffset.UnixEpoch.AddDays(days) : null,
        Location = project,
    };

    private static Repository MakeRepository()
    {
        Assert.True(RepositoryName.TryParse("local", out var name, out _));

        return new Repository(
            name,
            new RepositorySettings(1, TimeSpan.FromMinutes(1), PublishingPolicy.Default, [], AccessRules.Default, HoldsWriteSecret: false),
            DispatchProxy.Create<IRepositoryBackend, NoStorage>());
    }

    /// <summary>A storage that nobody asks anything.</summary>
    public class NoStorage : DispatchProxy
    {
        /// <inheritdoc/>
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => null;
    }
}
