using Microsoft.Data.Sqlite;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Backends.FileSystem;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Integration.GitHub;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Backends;

/// <summary>
/// A catalog that a disk, a person or another program has damaged: what is published is offered all the same, and what is published from then on too.
/// </summary>
public sealed class DamagedCatalogTests : IDisposable
{
    private const int Files = 60;
    private const int Projects = 20;

    private static readonly Secret Secret = new("write-this");
    private static readonly HashSet<DigestAlgorithm> NoDigests = [];

    private readonly TempFolder _root = new();
    private readonly List<FileSystemBackend> _opened = [];
    private readonly IndexServer.ListLogger _log = new();
    private readonly Dictionary<string, string> _published = new(StringComparer.Ordinal);
    private int _number;

    private string Index => Path.Combine(_root.Path, "index", "local");

    private string Catalog => Path.Combine(Index, "catalog.db");

    [Fact]
    public async Task Damage_anywhere_in_the_file_hides_nothing()
    {
        var whole = await FillAsync();
        var random = new Random(9);
        foreach (var length in (int[])[1, 8, 64, 512, 4096])
        {
            for (var round = 0; round < 7; round++)
            {
                var bytes = (byte[])whole.Clone();
                var at = random.Next(bytes.Length - length);
                random.NextBytes(bytes.AsSpan(at, length));
                await PutAsync(bytes);

                await AssertServesAllAsync($"{length} bytes at {at}");
            }
        }
    }

    [Fact]
    public async Task Damage_under_a_running_server_hides_nothing()
    {
        var random = new Random(14);
        await FillAsync();
        for (var round = 0; round < 12; round++)
        {
            var running = await OpenAsync();
            var index = RepositoryIndex.Empty.With(await ChangesAsync(running, 0));
            await using (var file = new FileStream(Catalog, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            {
                file.Position = random.NextInt64(file.Length - 2048);
                file.Write([.. Enumerable.Range(0, 2048).Select(_ => (byte)random.Next(256))]);
            }

            for (var upload = 0; upload < 5; upload++)
            {
                var wheel = await PublishAsync(running);
                var changes = await ChangesAsync(running, index.Revision);
                index = (changes.IsWhole ? RepositoryIndex.Empty : index).With(changes);
                Assert.NotNull(index.Projects.SelectMany(project => project.InOrder()).SingleOrDefault(file => file.Filename.ToString() == wheel));
            }

            Close();
            await AssertServesAllAsync($"round {round}");
        }
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("cut off")]
    [InlineData("zeros")]
    [InlineData("text")]
    [InlineData("folder")]
    [InlineData("link")]
    [InlineData("link to nowhere")]
    [InlineData("gone, but for its log")]
    [InlineData("another database")]
    [InlineData("the log of another database")]
    [InlineData("the catalog of another repository")]
    public async Task Whatever_stands_in_its_place_is_no_obstacle(string what)
    {
        var whole = await FillAsync();
        await PutAsync(whole);
        switch (what)
        {
            case "empty":
                await File.WriteAllBytesAsync(Catalog, []);
                break;
            case "cut off":
                await File.WriteAllBytesAsync(Catalog, whole[..(whole.Length / 2)]);
                break;
            case "zeros":
                await File.WriteAllBytesAsync(Catalog, new byte[whole.Length]);
                break;
            case "text":
                await File.WriteAllTextAsync(Catalog, new string('x', 8192));
                break;
            case "folder":
                File.Delete(Catalog);
                await File.WriteAllTextAsync(_root.At("index", "local", "catalog.db", "inside"), "x");
                break;
            case "link":
                File.Delete(Catalog);
                await File.WriteAllTextAsync(_root.At("elsewhere"), "not ours");
                File.CreateSymbolicLink(Catalog, _root.At("elsewhere"));
                break;
            case "link to nowhere":
                File.Delete(Catalog);
                File.CreateSymbolicLink(Catalog, _root.At("nowhere"));
                break;
            case "gone, but for its log":
                File.Copy(Catalog, Catalog + "-wal");
                File.Delete(Catalog);
                break;
            case "another database":
                File.Delete(Catalog);
                Execute(Catalog, "CREATE TABLE state (a); INSERT INTO state VALUES (1); PRAGMA user_version = 7");
                break;
            case "the log of another database":
                await WriteLogOfAnotherAsync(Catalog + "-wal");
                break;
            default:
                await WriteCatalogOfAnotherRepositoryAsync();
                break;
        }

        await AssertServesAllAsync(what);
        Assert.False(File.Exists(_root.At("nowhere")));
        Assert.True(!File.Exists(_root.At("elsewhere")) || await File.ReadAllTextAsync(_root.At("elsewhere")) == "not ours");
    }

    [Theory]
    [InlineData("DROP TABLE files")]
    [InlineData("DROP TABLE folders")]
    [InlineData("ALTER TABLE files DROP COLUMN summary")]
    [InlineData("DELETE FROM state")]
    [InlineData("UPDATE state SET revision = 1")]
    [InlineData("UPDATE files SET sha256 = zeroblob(32) WHERE filename LIKE 'p1-%'")]
    [InlineData("UPDATE files SET sha256 = 'x' WHERE filename LIKE 'p1-%'")]
    [InlineData("UPDATE files SET metadata_sha256 = x'00' WHERE filename LIKE 'p1-%'")]
    [InlineData("UPDATE files SET size = size + 1 WHERE filename LIKE 'p1-%'")]
    [InlineData("UPDATE files SET removed = 1 WHERE filename LIKE 'p1-%'")]
    [InlineData("UPDATE files SET filename = 'no name ' || revision WHERE filename LIKE 'p1-%'")]
    [InlineData("UPDATE files SET project = 'p2' WHERE filename LIKE 'p1-%'")]
    [InlineData("INSERT INTO projects VALUES ('p1', '[yanked_files', 9e15, 0)")]
    public async Task What_is_not_as_it_was_written_is_not_believed(string statement)
    {
        await FillAsync();
        Execute(Catalog, statement);

        await AssertServesAllAsync(statement);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_catalog_that_is_removed_under_running_servers_is_made_anew_by_one_and_used_by_all(bool isReplaced)
    {
        var old = await FillAsync();
        var servers = new[] { await OpenAsync(), await OpenAsync() };
        var indexes = new List<RepositoryIndex>();
        foreach (var server in servers)
        {
            indexes.Add(RepositoryIndex.Empty.With(await ChangesAsync(server, 0)));
        }

        foreach (var file in Directory.GetFiles(Index, "catalog.db*"))
        {
            File.Delete(file);
        }

        if (isReplaced)
        {
            // An older one, from a backup.
            await PublishAsync(servers[0]);
            foreach (var file in Directory.GetFiles(Index, "catalog.db-*"))
            {
                File.Delete(file);
            }

            File.Delete(Catalog);
            await File.WriteAllBytesAsync(Catalog, old);
        }

        foreach (var (here, there) in new[] { (0, 1), (1, 0) })
        {
            var wheel = await PublishAsync(servers[here]);
            foreach (var reader in new[] { here, there })
            {
                var changes = await ChangesAsync(servers[reader], indexes[reader].Revision);
                indexes[reader] = (changes.IsWhole ? RepositoryIndex.Empty : indexes[reader]).With(changes);
                Assert.Contains(wheel, FilenamesIn(indexes[reader]));
            }
        }

        Assert.True(servers[0].NeedsSync);
        Assert.Null((await servers[0].SyncAsync(default)).Failure);
        Assert.False(servers[0].NeedsSync);
        foreach (var (number, server) in servers.Index())
        {
            var changes = await ChangesAsync(server, indexes[number].Revision);
            Assert.Equal(_published.Keys.Order(), FilenamesIn((changes.IsWhole ? RepositoryIndex.Empty : indexes[number]).With(changes)).Order());
        }

        Close();
        await AssertServesAllAsync("a restart");
    }

    [Fact]
    public async Task What_was_removed_while_there_was_no_catalog_leaves_the_index_of_a_running_server()
    {
        await FillAsync();
        var running = await OpenAsync();
        var index = RepositoryIndex.Empty.With(await ChangesAsync(running, 0));
        var gone = _published.Keys.First(name => name.StartsWith("p3-", StringComparison.Ordinal));

        File.Delete(Path.Combine(_root.Path, "cache", "local", "storage", "p3", gone));
        File.Delete(Catalog);
        await running.SyncAsync(default);

        var changes = await ChangesAsync(running, index.Revision);
        Assert.True(changes.IsWhole);
        Assert.DoesNotContain(gone, FilenamesIn(RepositoryIndex.Empty.With(changes)));
    }

    [Fact]
    public async Task A_rebuild_makes_a_new_catalog_while_servers_run()
    {
        await FillAsync();
        var running = await OpenAsync();
        var index = RepositoryIndex.Empty.With(await ChangesAsync(running, 0));
        Execute(Catalog, "UPDATE files SET sha256 = zeroblob(32) WHERE filename LIKE 'p1-%'; UPDATE files SET stamp = 0");

        // The command is a process of its own.
        var command = await OpenAsync(looks: false);
        Assert.Null((await command.RebuildIndexAsync(null, new Progress<WorkProgress>(), default)).Failure);

        var changes = await ChangesAsync(running, index.Revision);
        Assert.True(changes.IsWhole);
        Assert.Equal(_published, changes.Published.ToDictionary(file => file.Filename.ToString(), file => file.Sha256.ToString()));
        var wheel = await PublishAsync(running);
        Assert.Contains(wheel, (await ChangesAsync(command, changes.Revision)).Published.Select(file => file.Filename.ToString()));
    }

    [Fact]
    public async Task What_is_whole_of_a_damaged_catalog_is_kept_and_it_says_what_happened()
    {
        var whole = await FillAsync();
        var before = await OpenAsync();
        while ((await before.DescribeAsync(default)).Value > 0)
        {
        }

        var known = (await ChangesAsync(before, 0)).Published.ToDictionary(file => file.Filename.ToString());
        foreach (var wheel in Directory.GetFiles(Path.Combine(_root.Path, "cache", "local", "storage"), "*.whl.meta", SearchOption.AllDirectories))
        {
            File.Delete(wheel);
        }

        Close();
        Execute(Catalog, "UPDATE files SET size = 1 WHERE filename LIKE 'p1-%'");

        var after = (await ChangesAsync(await OpenAsync(), 0)).Published.Where(file => file.Filename.Project.ToString() != "p1").ToList();

        Assert.NotEmpty(after);
        Assert.All(after, file => Assert.Equal(known[file.Filename.ToString()], file));
        Assert.Single(_log.Warnings, line => line.Contains("is made anew from the storage, and no published file is lost", StringComparison.Ordinal));
        Assert.Single(Directory.GetFiles(Index, "catalog.db.damaged"));
        Assert.NotEmpty(whole);
    }

    [Fact]
    public async Task A_text_with_a_character_that_ends_texts_in_C_is_no_damage()
    {
        var backend = await OpenAsync();
        var wheel = Wheels.Build("demo", "1.0");
        await PublishAsync(backend, wheel, "up\0here");

        Assert.Single((await ChangesAsync(backend, 0)).Published);

        Assert.Empty(_log.Warnings);
    }

    public void Dispose()
    {
        Close();
        _root.Dispose();
    }

    /// <summary>The catalog's bytes, with some files in it.</summary>
    private async Task<byte[]> FillAsync()
    {
        var backend = await OpenAsync();
        foreach (var _ in Enumerable.Range(0, Files))
        {
            await PublishAsync(backend);
        }

        // Folders that were written just now are looked at again; of these the stamps say that nothing has changed.
        foreach (var folder in Directory.GetDirectories(Path.Combine(_root.Path, "cache", "local", "storage"), "p*"))
        {
            Directory.SetLastWriteTimeUtc(folder, DateTime.UnixEpoch);
        }

        await backend.SyncAsync(default);
        Close();

        return await File.ReadAllBytesAsync(Catalog);
    }

    private async Task PutAsync(byte[] catalog)
    {
        foreach (var file in Directory.GetFiles(Index, "catalog.db*"))
        {
            File.Delete(file);
        }

        await File.WriteAllBytesAsync(Catalog, catalog);
    }

    /// <summary>Two starts, with an upload each; all that was published is there, with its bytes' digest, and nothing else.</summary>
    private async Task AssertServesAllAsync(string after)
    {
        for (var start = 1; start <= 2; start++)
        {
            try
            {
                var backend = await OpenAsync();
                Assert.Equal(_published, (await ChangesAsync(backend, 0)).Published.ToDictionary(file => file.Filename.ToString(), file => file.Sha256.ToString()));
                await PublishAsync(backend);
                Assert.Equal(_published, (await ChangesAsync(backend, 0)).Published.ToDictionary(file => file.Filename.ToString(), file => file.Sha256.ToString()));
            }
            catch (Exception exception)
            {
                Assert.Fail($"After {after}, start {start}: {exception}");
            }

            Close();
        }
    }

    private async Task<FileSystemBackend> OpenAsync(bool looks = true)
    {
        Assert.True(RepositoryName.TryParse("local", out var name, out _));
        var backend = FileSystemBackend.Open(new RepositorySecrets(SecretVerifier.Of(Secret), SecretVerifier.Of(Secret)), new StorageLayout(_root.Path, name), new SqliteCatalogFactory(TimeProvider.System, _log), TimeProvider.System, _log);
        _opened.Add(backend);
        if (looks)
        {
            // Not disposed of: the back end is.
            var server = new Repository(name, new RepositorySettings(long.MaxValue, TimeSpan.MaxValue, PublishingPolicy.Default, [], AccessRules.Default, HoldsWriteSecret: false), backend);
            Assert.Null((await server.SyncAsync(default)).Failure);
        }

        return backend;
    }

    private void Close()
    {
        _opened.ForEach(backend => backend.Dispose());
        _opened.Clear();
    }

    private async Task<string> PublishAsync(FileSystemBackend backend)
    {
        var wheel = Wheels.Build($"p{_number % Projects}", $"1.{_number}", payload: 8);
        _number++;
        await PublishAsync(backend, wheel, "Says something of itself");

        return wheel.Filename;
    }

    private async Task PublishAsync(FileSystemBackend backend, Distribution wheel, string summary)
    {
        await using var staged = (await backend.Staging.StageAsync(new MemoryStream(wheel.Content), long.MaxValue, NoDigests, default)).Value;
        Assert.True(DistributionFilename.TryParse(wheel.Filename, out var filename));
        var fields = MetadataFields.OfForm([new("summary", summary), new("classifiers", "Topic :: Test")]);
        var published = await backend.PublishAsync(
            Secret, new NewFile(filename, null, [], new FileDescription(fields, wheel.Metadata), "write secret"), staged, BeforeCommit.Nothing, default);

        Assert.Null(published.Failure);
        _published.Add(wheel.Filename, wheel.Sha256);
    }

    private static async Task<IndexChanges> ChangesAsync(FileSystemBackend backend, long after)
    {
        var changes = await backend.ReadChangesAsync(after, default);
        Assert.Null(changes.Failure);

        return changes.Value;
    }

    private static IEnumerable<string> FilenamesIn(RepositoryIndex index) =>
        index.Projects.SelectMany(project => project.InOrder()).Select(file => file.Filename.ToString());

    private static void Execute(string database, string statements)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statements;
        command.ExecuteNonQuery();
    }

    /// <summary>A log as a process leaves it that was killed.</summary>
    private async Task WriteLogOfAnotherAsync(string path)
    {
        var other = _root.At("other", "other.db");
        await using var connection = new SqliteConnection($"Data Source={other};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (randomblob(20000))";
        await command.ExecuteNonQueryAsync();
        await using var log = new FileStream(other + "-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        await using var copy = File.Create(path);
        await log.CopyToAsync(copy);
    }

    private async Task WriteCatalogOfAnotherRepositoryAsync()
    {
        Assert.True(RepositoryName.TryParse("other", out var name, out _));
        using (var other = FileSystemBackend.Open(new RepositorySecrets(SecretVerifier.Of(Secret), SecretVerifier.Of(Secret)), new StorageLayout(_root.Path, name), new SqliteCatalogFactory(TimeProvider.System, _log), TimeProvider.System, _log))
        {
            await other.SyncAsync(default);
            await using var staged = (await other.Staging.StageAsync(new MemoryStream([1]), long.MaxValue, NoDigests, default)).Value;
            Assert.True(DistributionFilename.TryParse("secret-1.0-py3-none-any.whl", out var filename));
            await other.PublishAsync(Secret, new NewFile(filename, null, [], new FileDescription(MetadataFields.None, default), "write secret"), staged, BeforeCommit.Nothing, default);
        }

        await PutAsync(await File.ReadAllBytesAsync(Path.Combine(_root.Path, "index", "other", "catalog.db")));
    }
}
