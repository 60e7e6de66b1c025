using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.FileSystem;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Backends;

/// <summary>Another process holds the catalog's lock: a neighbour that was stopped amid a change, a backup, somebody's shell.</summary>
public sealed class BusyCatalogTests : IAsyncLifetime, IDisposable
{
    private static readonly Secret Secret = new("write-this");

    private readonly TempFolder _root = new();
    private readonly FileSystemBackend _backend;

    public BusyCatalogTests() => _backend = FileSystemBackend.Open(
        new FileSystemConfig(Secret, Secret), new StorageLayout(_root.Path, NameOf("local")), TimeProvider.System, NullLogger.Instance);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Assert.Null((await _backend.SyncAsync(default)).Failure);
        Assert.Null((await PublishAsync("1.0")).Failure);
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task What_reads_does_not_wait_for_what_writes()
    {
        using var held = Hold();

        // Each would end only after the lock does.
        var file = Assert.Single((await _backend.ReadChangesAsync(0, default)).Value.Published);
        Assert.NotNull((await _backend.ReadFieldsAsync(Secret, file, default)).Value);
        Assert.Null((await _backend.OpenAsync(Secret, file, default)).Failure);
        Assert.Null((await _backend.SyncAsync(default)).Failure);
    }

    [Fact]
    public async Task What_writes_gives_up_while_the_lock_is_held_and_nothing_is_half_done()
    {
        var project = Assert.Single((await _backend.ReadChangesAsync(0, default)).Value.Published).Filename.Project;
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
        var changes = (await _backend.ReadChangesAsync(0, default)).Value;
        Assert.Equal(2, changes.Published.Count);
        Assert.NotEmpty(Assert.Single(changes.Records).Value.YankedVersions);
    }

    public void Dispose()
    {
        _backend.Dispose();
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
        await using var staged = (await _backend.Staging.StageAsync(new MemoryStream(wheel.Content), long.MaxValue, new HashSet<DigestAlgorithm>(), default)).Value;
        var description = new FileDescription(MetadataFields.OfForm([new("summary", "A demo")]), wheel.Metadata);

        return await _backend.PublishAsync(Secret, new NewFile(filename, null, [], description), staged, default);
    }

    private Task<Outcome<ProjectRecord>> YankAsync(ProjectName project)
    {
        Assert.True(PackageVersion.TryParse("1.0", out var version));

        return _backend.ChangeRecordAsync(Secret, project, record => record with { YankedVersions = record.YankedVersions.SetItem(version, "") }, default);
    }
}
