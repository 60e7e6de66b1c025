using System.Security.Cryptography;
using System.Text;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Database.PostgreSql;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.Database;

/// <summary>What every catalog promises (<see cref="IIndexCatalog"/>), in each database that can be had here.</summary>
public sealed class CatalogContractTests : IAsyncLifetime, IDisposable
{
    private static readonly MetadataFields Fields = MetadataFields.OfForm(new Dictionary<string, string> { ["classifiers"] = "Private :: Do Not Upload" });

    private static readonly ProjectRecord Archived = ProjectRecord.Empty with { Status = StatusMarker.Archived, StatusReason = "use 'other'" };

    private readonly TempFolder _folder = new();
    private readonly DatabaseLog _log = new();
    private readonly List<IIndexCatalog> _opened = [];
    private readonly List<PostgreSqlDatabase> _databases = [];
    private DatabaseUrl? _url;

    public static TheoryData<string> Databases => PostgreSqlEngine.Programs is null ? new("sqlite") : new("sqlite", "postgresql");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _opened.ForEach(catalog => catalog.Dispose());
        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }

        Assert.Empty(_log);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task What_was_written_is_read_as_it_was(string database)
    {
        var catalog = await OpenAsync(database);
        var full = new CatalogedFile(
            FileOf("a") with
            {
                Size = long.MaxValue,
                RequiresPython = RequiresPython.TryParse(">=3.8", out var specifier) ? specifier : null,
                Summary = "Ünïcode, 'quotes' and \"quotes\"\\",
                MetadataSha256 = DigestOf("m"),
                UploadedBy = "ci",
            },
            Stamp: -7,
            Fields);
        var empty = new CatalogedFile(FileOf("b", "other") with { Size = null, UploadedAt = null }, Stamp: 0, MetadataFields.None);

        await catalog.ChangeAsync(new CatalogChange { Published = [full, empty] });

        Assert.Equal(full with { Fields = null }, await catalog.FindAsync(full.File.Filename.ToString()));
        Assert.Equal([empty with { Fields = null }], await catalog.FindAllAsync([empty.File.Filename.ToString(), "no-such-1.0.zip"]));
        Assert.Equal([full with { Fields = null }], await catalog.FindAsync(full.File.Filename.Identity));
        Assert.Equal([full with { Fields = null }], await catalog.GetByStampAsync(-7));
        Assert.Equal([empty with { Fields = null }], await catalog.GetByLocationAsync("other"));
        Assert.Equal([empty with { Fields = null }], await catalog.GetUnmeasuredAsync());
        Assert.Equal([empty with { Fields = null }], await catalog.GetWheelsWithoutMetadataAsync());
        Assert.Equal(2, (await catalog.GetAllAsync()).Count);
        Assert.Equal(Fields.All(), (await catalog.GetFieldsAsync(full.File.Filename.ToString()))?.All());
        Assert.Empty(await catalog.GetUndescribedAsync(10));
        Assert.Equal(["other-1.0-py3-none-any.whl"], await catalog.GetFilenamesAsync("other"));
        Assert.Equal(["other", "raced"], (await catalog.GetFoldersAsync()).Keys.Order(StringComparer.Ordinal));
        Assert.Equal(full.File.UploadedAt, await catalog.GetUploadTimeAsync(full.File.Filename.ToString(), full.File.Sha256));
        Assert.Null(await catalog.GetUploadTimeAsync(full.File.Filename.ToString(), DigestOf("x")));
        Assert.Null(await catalog.FindAsync("no-such-1.0.zip"));
        Assert.Null(await catalog.GetFieldsAsync("no-such-1.0.zip"));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_look_at_the_storage_that_found_a_file_while_it_was_published_takes_nothing_from_it(string database)
    {
        var catalog = await OpenAsync(database);
        var found = new CatalogedFile(FileOf("a"), Stamp: 1);
        var published = found with { File = found.File with { Summary = "One line", MetadataSha256 = DigestOf("m") }, Fields = Fields };

        await catalog.ChangeAsync(new CatalogChange { Published = [published] });
        await catalog.ChangeAsync(new CatalogChange { Published = [found with { Stamp = 2 }] });

        var file = await catalog.FindAsync(found.File.Filename.ToString());
        Assert.Equal(("One line", DigestOf("m"), 2L), (file?.File.Summary, file?.File.MetadataSha256, file?.Stamp));
        Assert.Empty(await catalog.GetUndescribedAsync(10));
        Assert.NotNull(await catalog.GetFieldsAsync(found.File.Filename.ToString()));

        await catalog.ChangeAsync(new CatalogChange { Published = [found with { File = FileOf("b") }] });
        Assert.Null((await catalog.FindAsync(found.File.Filename.ToString()))?.File.MetadataSha256);
        Assert.Single(await catalog.GetUndescribedAsync(10));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task What_was_read_of_other_bytes_or_is_known_already_is_ignored(string database)
    {
        var catalog = await OpenAsync(database);
        var file = new CatalogedFile(FileOf("a") with { Size = null }, Stamp: 1);
        await catalog.ChangeAsync(new CatalogChange { Published = [file] });

        await catalog.ChangeAsync(new CatalogChange
        {
            Described = [file with { File = FileOf("b") with { Summary = "of other bytes" }, Fields = Fields }],
            Measured = [file with { File = FileOf("b") with { Size = 5 } }],
        });
        Assert.Equal(file, await catalog.FindAsync(file.File.Filename.ToString()));

        await catalog.ChangeAsync(new CatalogChange { Described = [file with { File = file.File with { Summary = "read" }, Fields = Fields }] });
        await catalog.ChangeAsync(new CatalogChange { Measured = [file with { File = file.File with { Size = 5, UploadedAt = DateTimeOffset.MaxValue } }] });

        var known = await catalog.FindAsync(file.File.Filename.ToString());
        Assert.Equal(("read", 5L, file.File.UploadedAt), (known?.File.Summary, known?.File.Size, known?.File.UploadedAt));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Who_shares_it_reads_what_came_since_and_everything_after_it_was_completed(string database)
    {
        var (one, other) = (await OpenAsync(database), await OpenAsync(database));
        Assert.Null(await other.ReadChangesAsync(0));
        Assert.False(await other.IsCompleteAsync());
        await one.ChangeAsync(new CatalogChange { Published = [new CatalogedFile(FileOf("a", "a", by: "ci"), 1), new CatalogedFile(FileOf("b", "b", by: "ci"), 1)] });
        Assert.Null(await other.ReadChangesAsync(0));

        await one.MarkCompleteAsync(await one.BeginSyncAsync(), default);
        var all = await other.ReadChangesAsync(0);
        Assert.True(await other.IsCompleteAsync());
        Assert.True(all?.IsWhole);
        Assert.Equal(["a", "b"], NamesIn(all));
        Assert.Same(all?.Published[0].UploadedBy, all?.Published[1].UploadedBy);
        Assert.Equal(await one.GetRevisionAsync(), all?.Revision);

        await one.ChangeAsync(new CatalogChange { Published = [new CatalogedFile(FileOf("c", "c"), 1)] });
        await one.ChangeAsync(new CatalogChange { Removed = ["a-1.0-py3-none-any.whl", "no-such-1.0.zip"], ChangedRecord = (NameOf("b"), Archived) });
        var changes = await other.ReadChangesAsync(all?.Revision ?? 0);
        Assert.False(changes?.IsWhole);
        Assert.Equal(["c"], NamesIn(changes));
        Assert.Equal([new RemovedFile(NameOf("a"), "a-1.0-py3-none-any.whl")], changes?.Removed);
        Assert.Equal(NameOf("b"), Assert.Single(changes?.Records ?? []).Key);
        Assert.Empty(NamesIn(await other.ReadChangesAsync(changes?.Revision ?? 0)));
        Assert.Equal(["b", "c"], NamesIn(await other.ReadChangesAsync(0)));

        // One that was removed is published again.
        await other.ChangeAsync(new CatalogChange { Published = [new CatalogedFile(FileOf("a", "a"), 1)] });
        Assert.Equal(["a"], NamesIn(await one.ReadChangesAsync(changes?.Revision ?? 0)));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task The_mark_follows_every_change_of_its_own_at_once_and_of_others_after_it_caught_up(string database)
    {
        var (one, other) = (await OpenAsync(database), await OpenAsync(database));
        await other.CatchUpAsync(default);
        for (var i = 0; i < 20; i++)
        {
            var (own, others) = (one.ChangeMark, other.ChangeMark);
            await one.ChangeAsync(new CatalogChange { Published = [new CatalogedFile(FileOf($"{i}"), 1)] });
            Assert.NotEqual(own, one.ChangeMark);

            await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => other.CatchUpAsync(default).AsTask()));
            Assert.NotEqual(others, other.ChangeMark);
        }
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Of_one_identity_under_two_names_that_are_added_at_once_one_wins(string database)
    {
        var catalogs = new[] { await OpenAsync(database), await OpenAsync(database) };
        for (var i = 0; i < 10; i++)
        {
            // One file however its name is spelled.
            var project = $"race-{i}";
            var names = new[] { $"race-{i}-1.0.tar.gz", $"race_{i}-1.0.tar.gz" };
            var others = await Task.WhenAll(names.Select((name, at) => catalogs[at].AddUnlessThereAsync(new CatalogedFile(FileOf(name, project, filename: name), 1))));

            var winner = Assert.Single(await catalogs[0].GetByLocationAsync(project));
            Assert.Equal([0, 1], others.Select(found => found.Count).Order());
            Assert.Equal(winner, Assert.Single(others.Single(found => found.Count > 0)));
        }

        // The same name again is a change of its own.
        Assert.Empty(await catalogs[1].AddUnlessThereAsync(new CatalogedFile(FileOf("again"), 1)));
        Assert.Empty(await catalogs[0].AddUnlessThereAsync(new CatalogedFile(FileOf("again"), 2)));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task What_the_storage_refuses_is_not_changed(string database)
    {
        var catalog = await OpenAsync(database);
        var before = await catalog.GetRevisionAsync();
        var record = Archived;

        await Assert.ThrowsAsync<FileNotFoundException>(() => catalog.ChangeAsync(
            new CatalogChange { Published = [new CatalogedFile(FileOf("a"), 1)], ChangedRecord = (NameOf("raced"), record) }, () => throw new FileNotFoundException()));

        Assert.Empty(await catalog.GetAllAsync());
        Assert.Equal(ProjectRecord.Empty, await catalog.GetRecordAsync(NameOf("raced")));
        Assert.Equal(before, await catalog.GetRevisionAsync());

        var told = false;
        await catalog.ChangeAsync(new CatalogChange { ChangedRecord = (NameOf("raced"), record) }, () => told = true);
        Assert.True(told);
        Assert.Equal(record, await catalog.GetRecordAsync(NameOf("raced")));
        Assert.Equal([NameOf("raced")], (await catalog.GetRecordsAsync()).Select(known => known.Key));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Folders_that_were_looked_at_are_known_and_no_index_shows_them(string database)
    {
        var catalog = await OpenAsync(database);
        var before = await catalog.GetRevisionAsync();

        await catalog.ChangeAsync(new CatalogChange { Folder = ("one", 5) });
        await catalog.ChangeAsync(new CatalogChange { Folder = ("two", 6) });
        await catalog.ChangeAsync(new CatalogChange { Folder = ("one", 7), ForgottenFolder = "two" });
        await catalog.ChangeAsync(new CatalogChange());

        Assert.Equal((7L, null), (await catalog.GetStampAsync("one"), await catalog.GetStampAsync("two")));
        Assert.Equal(["one"], (await catalog.GetFoldersAsync()).Keys);
        Assert.Equal(before, await catalog.GetRevisionAsync());
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task What_was_computed_from_an_earlier_generation_is_refused(string database)
    {
        var catalog = await OpenAsync(database);
        var basis = await catalog.BeginSyncAsync();
        await catalog.ChangeAsync(new CatalogChange { Published = [new CatalogedFile(FileOf("a", "a"), 1)], Folder = ("a", 5), Basis = basis });
        await catalog.MarkCompleteAsync(basis, default);
        Assert.False(catalog.NeedsSync);
        var read = (await catalog.ReadChangesAsync(0))?.Revision ?? 0;

        await catalog.RenewAsync();

        Assert.NotEqual(basis, catalog.Generation);
        Assert.True(catalog.NeedsSync);
        Assert.False(await catalog.IsCompleteAsync());
        Assert.Null(await catalog.GetStampAsync("a"));
        await Assert.ThrowsAsync<CatalogReplacedException>(() => catalog.ChangeAsync(new CatalogChange { Published = [new CatalogedFile(FileOf("b", "b"), 1)], Basis = basis }));
        await Assert.ThrowsAsync<CatalogReplacedException>(() => catalog.ChangeAsync(new CatalogChange { Folder = ("b", 1), Basis = basis }));
        await Assert.ThrowsAsync<CatalogReplacedException>(() => catalog.MarkCompleteAsync(basis, default));

        await catalog.MarkCompleteAsync(await catalog.BeginSyncAsync(), default);
        Assert.False(catalog.NeedsSync);
        var all = await catalog.ReadChangesAsync(read);
        Assert.True(all?.IsWhole);
        Assert.Equal(["a"], NamesIn(all));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Writers_at_once_lose_nothing_and_every_change_has_its_revision(string database)
    {
        var (one, other) = (await OpenAsync(database), await OpenAsync(database));
        await one.MarkCompleteAsync(await one.BeginSyncAsync(), default);
        var begin = await one.GetRevisionAsync();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            (i % 2 == 0 ? one : other).ChangeAsync(new CatalogChange { Published = [new CatalogedFile(FileOf($"{i}", $"p{i}"), 1)] })));

        Assert.True(await one.GetRevisionAsync() >= begin + 40);
        Assert.Equal(40, NamesIn(await other.ReadChangesAsync(begin)).Count());
        Assert.Equal(40, NamesIn(await one.ReadChangesAsync(0)).Count());
    }

    private async Task<IIndexCatalog> OpenAsync(string kind)
    {
        if (kind == "sqlite")
        {
            _opened.Add(SqliteCatalog.Open(_folder.At("catalog.db"), TimeProvider.System, _log));
        }
        else
        {
            _url ??= await PostgreSqlEngine.NewDatabaseAsync();
            _databases.Add(new PostgreSqlDatabase(_url, TimeProvider.System, _log));
            Assert.True(RepositoryName.TryParse("team", out var name, out _));
            _opened.Add(new PostgreSqlCatalogFactory(_databases[^1], TimeProvider.System).Open(name, "file_system", path: ""));
        }

        return _opened[^1];
    }

    private static IEnumerable<string> NamesIn(IndexChanges? changes) =>
        (changes?.Published ?? []).Select(file => file.Filename.Project.ToString()).Order(StringComparer.Ordinal);

    private static ProjectName NameOf(string project) => ProjectName.TryParse(project, out var name) ? name : throw new ArgumentException(project, nameof(project));

    private static PackageFile FileOf(string content, string project = "raced", string? by = null, string? filename = null)
    {
        Assert.True(DistributionFilename.TryParseStored(filename ?? $"{project}-1.0-py3-none-any.whl", NameOf(project), out var parsed));

        return new PackageFile { Filename = parsed, Location = project, Size = 1, Sha256 = DigestOf(content), UploadedAt = DateTimeOffset.UnixEpoch, UploadedBy = by };
    }

    private static Sha256Digest DigestOf(string content) => Sha256Digest.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
}
