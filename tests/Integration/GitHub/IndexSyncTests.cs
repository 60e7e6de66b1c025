using System.Text;
using Microsoft.Data.Sqlite;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Index;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Infrastructure.Formats;
using PyWharf.Integration.Support.GitHub;
using PyWharf.Support;

namespace PyWharf.Integration.GitHub;

public sealed class IndexSyncTests : IAsyncLifetime
{
    private IndexedRepository _pypi = null!; // set before each test

    public async Task InitializeAsync() => _pypi = await IndexedRepository.CreateAsync();

    public async Task DisposeAsync() => await _pypi.DisposeAsync();

    [Fact]
    public async Task A_minute_without_change_costs_one_request_that_is_not_counted()
    {
        _pypi.WriteIndex(_pypi.Publish("a"), _pypi.Publish("b"));
        var server = _pypi.Server();
        Assert.Equal(new SyncReport(2, 2, 0), await SyncAsync(server));
        _pypi.GitHub.Log.Clear();

        Assert.Equal(new SyncReport(2, 0, 0), await SyncAsync(server));

        var request = Assert.Single(_pypi.GitHub.Log.All);
        Assert.Equal(("GET", 304), (request.Method, request.Status));
    }

    [Fact]
    public async Task A_change_of_another_file_of_the_branch_fetches_no_index()
    {
        _pypi.WriteIndex(_pypi.Publish("a"));
        var server = _pypi.Server();
        await SyncAsync(server);
        _pypi.Repository.Put("README.md", "Read me"u8.ToArray());
        _pypi.GitHub.Log.Clear();

        Assert.Equal(new SyncReport(1, 0, 0), await SyncAsync(server));

        Assert.Equal(0, _pypi.GitHub.Log.Count("GET", "/git/blobs/"));
    }

    [Fact]
    public async Task What_two_tokens_see_is_kept_apart()
    {
        _pypi.WriteIndex(_pypi.Publish("a"));
        var server = _pypi.Server();
        await SyncAsync(server);

        Assert.Equal(new SyncReport(1, 0, 0), (await server.Sync.SyncAsync(_pypi.Reader, default)).Value);
        Assert.Equal(200, _pypi.GitHub.Log.All[^1].Status);
        Assert.Equal(FailureKind.Unauthenticated, (await server.Sync.SyncAsync(new Secret("nobody's"), default)).Failure?.Kind);
    }

    [Fact]
    public async Task What_two_tokens_ask_in_turns_is_not_counted_either()
    {
        _pypi.WriteIndex(_pypi.Publish("a"));
        var server = _pypi.Server();
        Secret[] tokens = [_pypi.Token, _pypi.Reader];
        foreach (var token in tokens)
        {
            await server.Sync.SyncAsync(token, default);
        }

        _pypi.GitHub.Log.Clear();
        foreach (var token in (Secret[])[.. tokens, .. tokens])
        {
            Assert.Equal(new SyncReport(1, 0, 0), (await server.Sync.SyncAsync(token, default)).Value);
        }

        Assert.Equal([304, 304, 304, 304], _pypi.GitHub.Log.All.Select(request => request.Status));
    }

    [Fact]
    public async Task An_index_that_GitHub_does_not_give_away_is_told_with_its_size()
    {
        _pypi.WriteIndex(_pypi.Publish("a"));
        var server = _pypi.Server();
        await SyncAsync(server);
        _pypi.Repository.Put("index.toml", new byte[(100 * 1024 * 1024) + 1]);

        var failure = (await server.Sync.SyncAsync(_pypi.Token, default)).Failure;

        Assert.Equal(FailureKind.BadGateway, failure?.Kind);
        Assert.Contains("index.toml has 104857601 bytes", failure?.Message, StringComparison.Ordinal);
        Assert.Equal(["a"], server.Offered);
    }

    [Fact]
    public async Task An_index_of_more_than_a_megabyte_is_read()
    {
        var packages = Enumerable.Range(0, 90)
            .Select(number => _pypi.Publish($"p{number}", meta: new KeyValuePair<string, string>("description", new string('x', 15_000))))
            .ToList();
        _pypi.WriteIndex(packages);
        Assert.True(_pypi.Repository.Read("index.toml")?.Length > 1 << 20);
        var server = _pypi.Server();

        Assert.Equal(new SyncReport(90, 90, 0), await SyncAsync(server));
        Assert.Equal(90, server.Offered.Count);
    }

    [Fact]
    public async Task An_index_as_large_as_GitHub_gives_away_is_read()
    {
        _pypi.WriteIndex(_pypi.Publish("a"));
        _pypi.GitHub.Limits.InlineContent = 10;
        _pypi.GitHub.Limits.RawContent = _pypi.Repository.Read("index.toml")?.Length ?? 0;
        var server = _pypi.Server();

        Assert.Equal(new SyncReport(1, 1, 0), await SyncAsync(server));
    }

    [Fact]
    public async Task An_index_that_a_cut_list_of_files_leaves_out_is_not_taken_for_none()
    {
        _pypi.WriteIndex(_pypi.Publish("a"));
        var server = _pypi.Server();
        await SyncAsync(server);
        _pypi.Repository.Put("a-file-before-it", [1]);
        _pypi.GitHub.Limits.TreeEntries = 1;

        var failure = (await server.Sync.SyncAsync(_pypi.Token, default)).Failure;

        Assert.Contains("more files than GitHub lists", failure?.Message, StringComparison.Ordinal);
        Assert.Equal(["a"], server.Offered);
        _pypi.GitHub.Limits.TreeEntries = 100;
        Assert.Equal(new SyncReport(1, 0, 0), await SyncAsync(server));
    }

    [Fact]
    public async Task A_new_version_of_the_index_is_offered_and_what_was_known_stays_known()
    {
        var (a, b) = (_pypi.Publish("a"), _pypi.Publish("b"));
        _pypi.WriteIndex(a);
        var server = _pypi.Server();
        await SyncAsync(server);
        var metadata = a.Sha256;
        await server.Catalog.ChangeAsync(new CatalogChange
        {
            Measured = [server["a"] with { File = server["a"].File with { Size = 3, UploadedAt = DateTimeOffset.UnixEpoch } }],
            Described = [server["a"] with { File = server["a"].File with { Summary = "Described", MetadataSha256 = metadata }, Fields = new MetadataFields([new("classifiers", "one"), new("classifiers", "two")]) }],
        });

        _pypi.WriteIndex(b, a with { Meta = [new("requires_python", ">=3.9"), .. a.Meta] });

        Assert.Equal(new SyncReport(2, 2, 0), await SyncAsync(server));
        Assert.Equal(["a", "b"], server.Offered);
        Assert.Equal(
            (3L, DateTimeOffset.UnixEpoch, "Described", metadata, ">=3.9"),
            (server["a"].File.Size, server["a"].File.UploadedAt, server["a"].File.Summary, server["a"].File.MetadataSha256, server["a"].File.RequiresPython?.ToString()));
        Assert.Equal(["one", "two"], (await server.Catalog.GetFieldsAsync("a-1.0-py3-none-any.whl"))?.All("classifiers"));
    }

    [Fact]
    public async Task Of_other_bytes_nothing_is_believed_that_was_known_of_the_old_ones()
    {
        var old = _pypi.Publish("a");
        _pypi.WriteIndex(old);
        var server = _pypi.Server();
        await SyncAsync(server);
        await server.Catalog.ChangeAsync(new CatalogChange { Measured = [server["a"] with { File = server["a"].File with { Size = 3 } }] });
        _pypi.Delete(old);

        _pypi.WriteIndex(_pypi.Publish("a"));

        Assert.Equal(new SyncReport(1, 1, 0), await SyncAsync(server));
        Assert.Null(server["a"].File.Size);
        Assert.NotEqual(old.Sha256, server["a"].File.Sha256);
    }

    [Fact]
    public async Task What_the_index_drops_is_offered_until_GitHub_says_that_it_is_gone()
    {
        var (a, b) = (_pypi.Publish("a"), _pypi.Publish("b"));
        _pypi.WriteIndex(a, b);
        var server = _pypi.Server();
        await SyncAsync(server);

        _pypi.WriteIndex(a);
        Assert.Equal(new SyncReport(2, 0, 0), await SyncAsync(server));
        Assert.Equal(["a", "b"], server.Offered);

        _pypi.Delete(b);
        _pypi.Time.Advance(TimeSpan.FromHours(2));
        _pypi.WriteIndex(a);
        Assert.Equal(new SyncReport(1, 0, 1), await SyncAsync(server));
        Assert.Equal(["a"], server.Offered);
    }

    [Fact]
    public async Task An_asset_that_was_just_seen_is_not_looked_for_with_every_change()
    {
        var (a, b) = (_pypi.Publish("a"), _pypi.Publish("b"));
        _pypi.WriteIndex(a, b);
        var server = _pypi.Server();
        await SyncAsync(server);
        for (var change = 0; change < 5; change++)
        {
            _pypi.WriteIndex(a);
            await SyncAsync(server);
        }

        Assert.Equal(1, _pypi.GitHub.Log.Count("GET", "/releases/assets/"));
    }

    [Fact]
    public async Task Only_some_assets_are_looked_for_at_a_time()
    {
        var packages = Enumerable.Range(0, 45).Select(number => _pypi.Publish($"p{number}")).ToList();
        _pypi.WriteIndex(packages);
        var server = _pypi.Server();
        await SyncAsync(server);
        packages.ForEach(_pypi.Delete);
        _pypi.WriteIndex();

        foreach (var removed in (int[])[20, 20, 5, 0])
        {
            Assert.Equal(removed, (await SyncAsync(server)).Removed);
        }

        Assert.Empty(server.Offered);
    }

    [Fact]
    public async Task A_look_that_fails_removes_nothing_and_is_made_again()
    {
        var a = _pypi.Publish("a");
        _pypi.WriteIndex(a);
        var server = _pypi.Server();
        await SyncAsync(server);
        _pypi.Delete(a);
        _pypi.WriteIndex();
        _pypi.GitHub.Faults.Next(request => request.Path.Contains("/releases/assets/", StringComparison.Ordinal), new Fault.Answer(502), times: 5);

        Assert.Equal(FailureKind.Unavailable, (await server.Sync.SyncAsync(_pypi.Token, default)).Failure?.Kind);
        Assert.Equal(["a"], server.Offered);

        Assert.Equal(1, (await SyncAsync(server)).Removed);
    }

    [Fact]
    public async Task What_was_uploaded_here_stays_until_the_index_has_it()
    {
        var (a, b) = (_pypi.Publish("a"), _pypi.Publish("b"));
        _pypi.WriteIndex(a);
        var server = _pypi.Server();
        await SyncAsync(server);
        var uploaded = _pypi.Uploaded(b);
        await server.Catalog.ChangeAsync(new CatalogChange { Published = [uploaded] });

        _pypi.WriteIndex(a, _pypi.Publish("c"));
        Assert.Equal(new SyncReport(3, 1, 0), await SyncAsync(server));
        Assert.Equal(IndexedFile.Pending, server["b"].Stamp);
        Assert.Equal(0, _pypi.GitHub.Log.Count("GET", "/releases/assets/"));

        // The index may call the repository by another name.
        _pypi.WriteIndex(a, b with { Url = b.Url?.Replace("acme/packages", "acme/renamed", StringComparison.Ordinal) });
        await SyncAsync(server);
        Assert.Equal((IndexedFile.FromIndex, 3L, uploaded.File.UploadedAt), (server["b"].Stamp, server["b"].File.Size, server["b"].File.UploadedAt));
        Assert.Equal(b.Url, server["b"].File.Location);
    }

    [Fact]
    public async Task What_was_uploaded_here_and_deleted_on_GitHub_goes_once_it_is_no_longer_fresh()
    {
        var (a, b) = (_pypi.Publish("a"), _pypi.Publish("b"));
        var server = _pypi.Server();
        await server.Catalog.ChangeAsync(new CatalogChange { Published = [_pypi.Uploaded(a), _pypi.Uploaded(b)] });
        _pypi.Delete(a);
        _pypi.WriteIndex();
        Assert.Equal(new SyncReport(2, 0, 0), await SyncAsync(server));

        _pypi.Time.Advance(TimeSpan.FromHours(2));
        _pypi.WriteIndex();

        Assert.Equal(new SyncReport(1, 0, 1), await SyncAsync(server));
        Assert.Equal(["b"], server.Offered);
    }

    [Fact]
    public async Task An_index_that_knows_another_asset_of_that_name_is_believed_once_ours_is_gone()
    {
        var older = _pypi.Publish("a");
        _pypi.Delete(older);
        var newer = _pypi.Publish("a");
        var server = _pypi.Server();
        await server.Catalog.ChangeAsync(new CatalogChange { Published = [_pypi.Uploaded(newer)] });
        _pypi.WriteIndex(older);

        await SyncAsync(server);
        Assert.Equal((newer.Url, newer.Sha256, IndexedFile.Pending), (server["a"].File.Location, server["a"].File.Sha256, server["a"].Stamp));

        _pypi.Delete(newer);
        var newest = _pypi.Publish("a");
        _pypi.Time.Advance(TimeSpan.FromHours(2));
        _pypi.WriteIndex(newest);
        await SyncAsync(server);
        Assert.Equal((newest.Url, newest.Sha256, IndexedFile.FromIndex), (server["a"].File.Location, server["a"].File.Sha256, server["a"].Stamp));
    }

    [Fact]
    public async Task An_index_that_can_not_be_read_is_told_with_the_place_and_the_old_one_is_served()
    {
        _pypi.WriteIndex(_pypi.Publish("a"));
        var server = _pypi.Server();
        await SyncAsync(server);
        _pypi.Repository.Put("index.toml", "mtime = 1\npkgs = }"u8.ToArray());

        var failure = (await server.Sync.SyncAsync(_pypi.Token, default)).Failure;
        Assert.Equal(FailureKind.BadGateway, failure?.Kind);
        Assert.Contains("index.toml:2:8: ", failure?.Message, StringComparison.Ordinal);
        Assert.Equal(["a"], server.Offered);

        // It is not fetched every minute.
        _pypi.GitHub.Log.Clear();
        Assert.Equal(failure, (await server.Sync.SyncAsync(_pypi.Token, default)).Failure);
        Assert.Equal(304, Assert.Single(_pypi.GitHub.Log.All).Status);

        // It is no copy for a restart either.
        Assert.Equal("a", Assert.Single(server.Remote.ReadCopy()?.Packages ?? []).Distrib);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mtime = 1")]
    [InlineData("\0\0\0\0")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[")]
    public async Task An_index_cut_in_the_middle_is_a_failure_and_no_empty_one(string content)
    {
        _pypi.Repository.Put("index.toml", Encoding.UTF8.GetBytes(content));
        var server = _pypi.Server();

        Assert.Equal(FailureKind.BadGateway, (await server.Sync.SyncAsync(_pypi.Token, default)).Failure?.Kind);
    }

    [Fact]
    public async Task Where_there_is_no_index_file_or_no_commit_nothing_is_offered()
    {
        var empty = _pypi.GitHub.AddRepository("acme/empty", empty: true);
        var token = new Secret(_pypi.GitHub.AddToken(empty, Role.Pull).Value);

        foreach (var (server, reader) in (ValueTuple<IndexServer, Secret>[])
            [(_pypi.Server(), _pypi.Token), (_pypi.Server(indexFile: "docs/index.toml"), _pypi.Token), (_pypi.Server(fullName: "acme/empty"), token)])
        {
            Assert.Equal(new SyncReport(0, 0, 0), (await server.Sync.SyncAsync(reader, default)).Value);
        }
    }

    [Fact]
    public async Task A_branch_that_is_not_there_is_not_taken_for_an_empty_one()
    {
        var failure = (await _pypi.Server(branch: "nowhere").Sync.SyncAsync(_pypi.Token, default)).Failure;

        Assert.Equal((FailureKind.Unavailable, true), (failure?.Kind, failure?.RetryAfter > TimeSpan.Zero));
        Assert.Contains("acme/packages on GitHub has no branch nowhere", failure?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_there_is_no_repository_or_no_access_it_fails()
    {
        var stranger = new Secret(_pypi.GitHub.AddToken(_pypi.GitHub.AddRepository("acme/other"), Role.Admin).Value);
        var unknown = _pypi.Server(fullName: "acme/unknown");
        var server = _pypi.Server();

        Assert.Equal(FailureKind.Forbidden, (await unknown.Sync.SyncAsync(_pypi.Token, default)).Failure?.Kind);
        Assert.Equal(FailureKind.Forbidden, (await server.Sync.SyncAsync(stranger, default)).Failure?.Kind);
    }

    [Fact]
    public async Task An_index_file_may_lie_in_a_folder()
    {
        _pypi.WriteIndex(_pypi.Publish("a"));
        _pypi.Repository.Put("some/where/index.toml", _pypi.Repository.Read("index.toml"));
        _pypi.Repository.Put("index.toml", null);
        var server = _pypi.Server(indexFile: "some/where/index.toml");

        await SyncAsync(server);

        Assert.Equal(["a"], server.Offered);
    }

    [Fact]
    public async Task A_restart_without_GitHub_serves_what_was_there()
    {
        var folder = _pypi.Folder();
        _pypi.WriteIndex(_pypi.Publish("a"));
        using (var before = new IndexServer(_pypi.GitHub, "acme/packages", folder, _pypi.Time))
        {
            await SyncAsync(before);
        }

        _pypi.GitHub.Faults.Chaos(seed: 1, rate: 1, mostInARow: int.MaxValue);
        var server = _pypi.Server(folder);

        Assert.NotNull((await server.Sync.SyncAsync(_pypi.Token, default)).Failure);
        Assert.Equal(["a"], server.Offered);
    }

    [Fact]
    public async Task An_index_that_is_set_back_while_another_is_doubtful_is_applied_again()
    {
        var packages = Enumerable.Range(0, 30).Select(i => _pypi.Publish($"p{i}")).ToList();
        _pypi.WriteIndex(packages);
        var content = _pypi.Repository.Read("index.toml") ?? [];
        var server = _pypi.Server();
        await SyncAsync(server);
        packages.ForEach(_pypi.Delete);
        _pypi.WriteIndex();
        await SyncAsync(server);

        _pypi.Repository.Put("index.toml", content);
        await SyncAsync(server);

        Assert.Equal(30, server.Offered.Count);
    }

    [Fact]
    public async Task What_was_uploaded_here_and_deleted_before_any_index_had_it_goes_without_a_new_index()
    {
        _pypi.WriteIndex(_pypi.Publish("a"));
        var server = _pypi.Server();
        await SyncAsync(server);
        var b = _pypi.Publish("b");
        await server.Catalog.ChangeAsync(new CatalogChange { Published = [_pypi.Uploaded(b)] });
        _pypi.Delete(b);

        Assert.Equal(0, (await SyncAsync(server)).Removed);
        _pypi.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(1, (await SyncAsync(server)).Removed);

        Assert.Equal(["a"], server.Offered);
    }

    [Fact]
    public async Task A_restart_reads_no_index_that_its_catalog_has()
    {
        var folder = _pypi.Folder();
        _pypi.WriteIndex(_pypi.Publish("a"), _pypi.Publish("b"));
        var before = _pypi.Server(folder);
        await SyncAsync(before);
        File.Delete(before.CopyPath);
        _pypi.GitHub.Log.Clear();

        Assert.Equal(new SyncReport(2, 0, 0), await SyncAsync(_pypi.Server(folder)));

        Assert.Equal(0, _pypi.GitHub.Log.Count("GET", "/git/blobs/"));
    }

    [Fact]
    public async Task What_was_doubtful_before_a_restart_is_looked_for_after_it()
    {
        var folder = _pypi.Folder();
        var packages = Enumerable.Range(0, 30).Select(i => _pypi.Publish($"p{i}")).ToList();
        _pypi.WriteIndex(packages);
        var before = _pypi.Server(folder);
        await SyncAsync(before);
        packages.ForEach(_pypi.Delete);
        _pypi.WriteIndex();

        Assert.Equal(20, (await SyncAsync(before)).Removed);
        Assert.Equal(10, (await SyncAsync(_pypi.Server(folder))).Removed);
    }

    [Fact]
    public async Task A_catalog_that_is_lost_is_made_of_the_copy()
    {
        var folder = _pypi.Folder();
        _pypi.WriteIndex(_pypi.Publish("a"));
        using (var before = new IndexServer(_pypi.GitHub, "acme/packages", folder, _pypi.Time))
        {
            await SyncAsync(before);
            before.Catalog.Dispose();
            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(before.CatalogPath) ?? "", "catalog.db*"))
            {
                File.Delete(file);
            }
        }

        _pypi.GitHub.Log.Clear();
        var server = _pypi.Server(folder);
        await SyncAsync(server);

        Assert.Equal(["a"], server.Offered);
        Assert.Equal(0, _pypi.GitHub.Log.Count("GET", "/git/blobs/"));
    }

    [Fact]
    public async Task A_catalog_that_is_damaged_keeps_what_was_uploaded_here_and_no_index_has_yet()
    {
        var (a, b) = (_pypi.Publish("a"), _pypi.Publish("b"));
        _pypi.WriteIndex(a);
        var server = _pypi.Server();
        await SyncAsync(server);
        await server.Catalog.ChangeAsync(new CatalogChange { Published = [_pypi.Uploaded(b)] });

        using (var connection = new SqliteConnection($"Data Source={server.CatalogPath};Pooling=False"))
        {
            connection.Open();
            using var damage = connection.CreateCommand();
            damage.CommandText = "UPDATE files SET size = 7 WHERE project = 'a'; DELETE FROM state";
            damage.ExecuteNonQuery();
        }

        Assert.Equal(["b"], server.Offered);
        Assert.True(server.Catalog.NeedsSync);
        await SyncAsync(server);

        Assert.Equal(["a", "b"], server.Offered);
    }

    [Fact]
    public async Task A_restart_fetches_no_index_that_it_has()
    {
        var folder = _pypi.Folder();
        _pypi.WriteIndex(_pypi.Publish("a"));
        using (var before = new IndexServer(_pypi.GitHub, "acme/packages", folder, _pypi.Time))
        {
            await SyncAsync(before);
        }

        _pypi.GitHub.Log.Clear();

        Assert.Equal(new SyncReport(1, 0, 0), await SyncAsync(_pypi.Server(folder)));
        Assert.Equal(0, _pypi.GitHub.Log.Count("GET", "/git/blobs/"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("half of an index")]
    public async Task A_copy_that_was_harmed_is_fetched_again(string content)
    {
        var folder = _pypi.Folder();
        _pypi.WriteIndex(_pypi.Publish("a"));
        var server = _pypi.Server(folder);
        await File.WriteAllTextAsync(server.CopyPath, content);

        Assert.Equal(new SyncReport(1, 1, 0), await SyncAsync(server));
        Assert.Equal(await File.ReadAllBytesAsync(server.CopyPath), _pypi.Repository.Read("index.toml"));
    }

    [Fact]
    public async Task Poisoned_entries_are_passed_over_with_one_warning_and_no_request()
    {
        var a = _pypi.Publish("a");
        IndexedPackage Poisoned(string project, string url) => a with { Distrib = project, Package = $"{project}-1.0-py3-none-any", Url = url };
        _pypi.WriteIndex(
            a,
            Poisoned("b", "https://evil.example.org/b-1.0-py3-none-any.whl"),
            Poisoned("c", "http://token@127.0.0.1:1/repos/o/r/releases/assets/1"),
            Poisoned("d", $"{a.Url}?token="),
            Poisoned("../e", a.Url ?? ""));
        var server = _pypi.Server();

        Assert.Equal(new SyncReport(1, 1, 0), await SyncAsync(server));

        Assert.Equal(["a"], server.Offered);
        var warning = Assert.Single(server.Log.Warnings);
        Assert.Contains("4 entries of index.toml were passed over; the first is b-1.0-py3-none-any.whl: its url", warning, StringComparison.Ordinal);
        await SyncAsync(server);
        Assert.Single(server.Log.Warnings);
    }

    [Fact]
    public async Task An_index_that_was_written_through_another_address_of_GitHub_is_offered_from_this_one()
    {
        var a = _pypi.Publish("a");
        _pypi.WriteIndex(a with { Url = a.Url?.Replace(_pypi.GitHub.ApiUrl.Authority, "api.example.org", StringComparison.Ordinal) });
        var server = _pypi.Server();

        await SyncAsync(server);

        Assert.Equal(a.Url, server["a"].File.Location);
    }

    [RealIndexFact]
    public async Task The_index_that_the_original_wrote_has_its_seven_projects_and_its_42_files()
    {
        _pypi.Repository.Put("index.toml", RealIndexFactAttribute.Read());
        var server = _pypi.Server();

        Assert.Equal(new SyncReport(42, 42, 0), await SyncAsync(server));

        Assert.Equal(7, server.Offered.Distinct().Count());
        Assert.Empty(server.Log.Warnings);
    }

    [Fact]
    public async Task A_name_that_stands_twice_is_offered_once_as_it_stands_first()
    {
        var (a, b) = (_pypi.Publish("a"), _pypi.Publish("b"));
        _pypi.WriteIndex(a, a with { Url = b.Url });
        var server = _pypi.Server();

        Assert.Equal(new SyncReport(1, 1, 0), await SyncAsync(server));
        Assert.Equal(a.Url, server["a"].File.Location);
    }

    private async Task<SyncReport> SyncAsync(IndexServer server) => (await server.Sync.SyncAsync(_pypi.Token, default)).Value;
}
