using System.Reflection;
using Microsoft.Extensions.Time.Testing;
using PyWharf.Application.Access;
using PyWharf.Application.Administration;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Unit.Application.Repositories;

/// <summary>What other servers have published is found before it is said to be missing, and what is found is not asked for.</summary>
public sealed class RepositoryCatchUpTests
{
    [Fact]
    public async Task What_an_index_lacks_is_looked_for_at_other_servers_first()
    {
        var (repository, storage) = await MakeAsync();
        storage.PublishElsewhere("other");

        var index = await repository.GetIndexAsync(NameOf("other"), static (index, name) => index.Find(name) is not null, default);

        Assert.NotNull(index?.Find(NameOf("other")));
        Assert.Equal(1, storage.CatchUps);
    }

    [Fact]
    public async Task What_an_index_has_asks_nobody()
    {
        var (repository, storage) = await MakeAsync();

        Assert.NotNull((await repository.GetIndexAsync(NameOf("own"), static (index, name) => index.Find(name) is not null, default))?.Find(NameOf("own")));
        Assert.Equal(0, storage.CatchUps);
    }

    [Fact]
    public async Task A_server_whose_index_is_too_old_is_not_ready_only_where_that_was_asked_for()
    {
        var time = new FakeTimeProvider();
        var (repository, storage) = await MakeAsync();
        storage.Trouble = "The database can't be reached.";
        repository.ReadAt = time.GetTimestamp();
        time.Advance(TimeSpan.FromSeconds(31));

        var patient = await HealthAsync(repository, new IndexAgeLimit(null), time);
        var strict = await HealthAsync(repository, new IndexAgeLimit(TimeSpan.FromSeconds(30)), time);
        repository.ReadAt = time.GetTimestamp();
        var again = await HealthAsync(repository, new IndexAgeLimit(TimeSpan.FromSeconds(30)), time);

        Assert.Equal((true, false, true), (patient.IsReady, strict.IsReady, again.IsReady));
        Assert.Equal(["The database can't be reached."], patient.Degraded);
        Assert.Contains("31 s old", strict.Repositories[0].NotReady, StringComparison.Ordinal);
    }

    private static async Task<CheckHealth.Health> HealthAsync(Repository repository, IndexAgeLimit limit, TimeProvider time)
    {
        var repositories = DispatchProxy.Create<IRepositories, One>();
        ((One)(object)repositories).Set = new RepositorySet([repository], new Dictionary<RepositoryName, Secret>());

        return (await new CheckHealth.Handler(repositories, limit, time).Handle(new CheckHealth.Query(), default)).Value;
    }

    private static ProjectName NameOf(string text) => ProjectName.TryParse(text, out var name) ? name : throw new ArgumentException(text);

    private static async Task<(Repository Repository, Storage Storage)> MakeAsync()
    {
        Assert.True(RepositoryName.TryParse("local", out var name, out _));
        var backend = DispatchProxy.Create<IRepositoryBackend, Storage>();
        var repository = new Repository(
            name, new RepositorySettings(1, TimeSpan.FromMinutes(1), PublishingPolicy.Default, [], AccessRules.Default, HoldsWriteSecret: false), backend);
        Assert.Null(await repository.RefreshAsync(default));

        return (repository, (Storage)(object)backend);
    }

    /// <summary>The repositories of a server: one.</summary>
    public class One : DispatchProxy
    {
        internal RepositorySet? Set { get; set; }

        /// <inheritdoc/>
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Set;
    }

    /// <summary>A storage whose changes by other servers show when they are asked for.</summary>
    public class Storage : DispatchProxy
    {
        private readonly List<string> _projects = ["own"];
        private long _mark = 1;

        internal int CatchUps { get; private set; }

        internal string? Trouble { get; set; }

        internal void PublishElsewhere(string project) => _projects.Add(project);

        /// <inheritdoc/>
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            switch (targetMethod?.Name)
            {
                case $"get_{nameof(IRepositoryBackend.ChangeMark)}":
                    return _mark;
                case $"get_{nameof(IRepositoryBackend.Degraded)}":
                    return Trouble;
                case $"get_{nameof(IRepositoryBackend.Decoy)}":
                case nameof(IDisposable.Dispose):
                    return null;
                case nameof(IRepositoryBackend.Probe):
                    return new StorageCondition(null, null);
                case nameof(IRepositoryBackend.CatchUpAsync):
                    CatchUps++;
                    _mark = _projects.Count;

                    return ValueTask.CompletedTask;
                case nameof(IRepositoryBackend.ReadChangesAsync):
                    return Task.FromResult<Outcome<IndexChanges>>(new IndexChanges(_mark, DateTimeOffset.UnixEpoch, [.. _projects.Take((int)_mark).Select(FileOf)], [], []));
                default:
                    throw new NotSupportedException(targetMethod?.Name);
            }
        }

        private static PackageFile FileOf(string project) => new()
        {
            Filename = DistributionFilename.TryParseStored($"{project}-1.0.tar.gz", NameOf(project), out var filename) ? filename : throw new ArgumentException(project),
            Location = project,
            Size = 1,
            UploadedAt = DateTimeOffset.UnixEpoch,
            Sha256 = default,
        };
    }
}
