using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Backends.FileSystem;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Integration.Support;
using PyWharf.Support;

namespace PyWharf.Integration.Backends;

/// <summary>Another process holds the catalog's lock: a neighbour that was stopped amid a change, a backup, somebody's shell.</summary>
public sealed class BusyCatalogTests : IDisposable
{
    private static readonly Secret Secret = new("write-this");

    private readonly TempFolder _root = new();
    private FileSystemBackend? _opened;

    private FileSystemBackend Backend => _opened ?? throw new InvalidOperationException("Not opened.");

    [Fact]
    public async Task What_reads_does_not_wait_for_what_writes()
    {
        var time = new StandingTime();
        await OpenAsync(time);
        using var held = Hold();
        var publishing = FailureOf(async () => (await PublishAsync("2.0")).Failure);
        await time.SomebodyWaits.WaitAsync(ChildProcess.HangGuard);

        await Task.Run(async () =>
        {
            var file = Assert.Single((await Backend.ReadChangesAsync(0, default)).Value.Published);
            Assert.NotNull((await Backend.ReadFieldsAsync(Secret, file, default)).Value);
            Assert.Null((await Backend.OpenAsync(Secret, file, default)).Failure);
        }).WaitAsync(ChildProcess.HangGuard);

        Assert.False(publishing.IsCompleted);
        time.GoOn();
        Assert.NotNull(await publishing);
    }

    [Fact]
    public async Task What_writes_gives_up_while_the_lock_is_held_and_nothing_is_half_done()
    {
        await OpenAsync(new SkippingTime());
        var project = Assert.Single((await Backend.ReadChangesAsync(0, default)).Value.Published).Filename.Project;
        using (Hold())
        {
            var outcomes = await Task.WhenAll(
                FailureOf(async () => (await PublishAsync("2.0")).Failure), FailureOf(async () => (await YankAsync(project)).Failure));

            Assert.All(outcomes, Assert.NotNull);
            Assert.False(File.Exists(Path.Combine(_root.Path, "cache", "local", "storage", "demo", "demo-2.0-py3-none-any.whl")));
            Assert.False(File.Exists(Path.Combine(_root.Path, "cache", "local", "storage", "demo", ".project.toml")));
        }

        Assert.Equal(Publication.Published, (await PublishAsync("2.0")).Value);
        Assert.Null((await YankAsync(project)).Failure);
        var changes = (await Backend.ReadChangesAsync(0, default)).Value;
        Assert.Equal(2, changes.Published.Count);
        Assert.NotEmpty(Assert.Single(changes.Records).Value.YankedVersions);
    }

    /// <summary>Each holds the project's lock while it waits for the catalog.</summary>
    [Fact]
    public async Task Those_who_wait_for_each_other_do_not_wait_one_after_another()
    {
        var time = new SkippingTime();
        await OpenAsync(time);
        using (Hold())
        {
            var start = time.GetUtcNow();
            var uploads = Enumerable.Range(0, 20).Select(number => FailureOf(async () => (await PublishAsync($"3.{number}")).Failure));

            Assert.All(await Task.WhenAll(uploads), Assert.NotNull);
            Assert.InRange(time.GetUtcNow() - start, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(15));
        }

        Assert.Equal(Publication.Published, (await PublishAsync("3.0")).Value);
    }

    public void Dispose()
    {
        _opened?.Dispose();
        _root.Dispose();
    }

    private static RepositoryName NameOf(string text) =>
        RepositoryName.TryParse(text, out var name, out var problem) ? name : throw new ArgumentException(problem);

    /// <summary>Whatever way it takes: a failure, or what the back end leaves to whoever translates the troubles of disks.</summary>
    private static async Task<object?> FailureOf(Func<Task<Failure?>> action)
    {
        try
        {
            return await action();
        }
        catch (SqliteException exception)
        {
            return exception;
        }
    }

    private async Task OpenAsync(TimeProvider time)
    {
        _opened = FileSystemBackend.Open(
            new RepositorySecrets(SecretVerifier.Of(Secret), SecretVerifier.Of(Secret)), new StorageLayout(_root.Path, NameOf("local")), new SqliteCatalogFactory(time, NullLogger.Instance), time, NullLogger.Instance);
        Assert.Null((await Backend.SyncAsync(default)).Failure);
        Assert.Null((await PublishAsync("1.0")).Failure);
    }

    private SqliteConnection Hold()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_root.Path, "index", "local", "catalog.db")};Pooling=False");
        connection.Open();
        using var begin = connection.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        begin.ExecuteNonQuery();

        return connection;
    }

    private async Task<Outcome<Publication>> PublishAsync(string version)
    {
        var wheel = Wheels.Build("demo", version);
        Assert.True(DistributionFilename.TryParse(wheel.Filename, out var filename));
        await using var staged = (await Backend.Staging.StageAsync(new MemoryStream(wheel.Content), long.MaxValue, new HashSet<DigestAlgorithm>(), default)).Value;
        var description = new FileDescription(MetadataFields.OfForm([new("summary", "A demo")]), wheel.Metadata);

        return await Backend.PublishAsync(Secret, new NewFile(filename, null, [], description, "write secret"), staged, BeforeCommit.Nothing, default);
    }

    private Task<Outcome<ProjectRecord>> YankAsync(ProjectName project)
    {
        Assert.True(PackageVersion.TryParse("1.0", out var version));

        return Backend.ChangeRecordAsync(Secret, project, record => record with { YankedVersions = record.YankedVersions.SetItem(version, "") }, BeforeCommit.Nothing, default);
    }

    /// <summary>
    /// A wait lasts until <see cref="GoOn"/>, and from then on no wait takes time. A FakeTimeProvider tells neither that something
    /// waits nor how often it is to be advanced.
    /// </summary>
    private sealed class StandingTime : TimeProvider
    {
        private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task SomebodyWaits => _waits.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _goesOn.Task.ContinueWith(_ => callback(state), TaskScheduler.Default);
            _waits.TrySetResult();

            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public void GoOn() => _goesOn.SetResult();
    }
}
