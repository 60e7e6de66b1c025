using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Index;
using PyWharf.Infrastructure.Formats;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

public sealed class IndexWriterTests : IAsyncLifetime
{
    private IndexedRepository _pypi = null!; // set before each test

    public static TheoryData<string> UnknownOutcomes { get; } = ["reset", "502", "cut", "503"];

    public async Task InitializeAsync() => _pypi = await IndexedRepository.CreateAsync();

    public async Task DisposeAsync() => await _pypi.DisposeAsync();

    [Fact]
    public async Task The_index_has_what_is_published_as_the_original_writes_it()
    {
        var packages = new[] { _pypi.Publish("a"), _pypi.Publish("b", meta: new KeyValuePair<string, string>("summary", "B")), _pypi.Publish("c") };
        _pypi.Repository.Publish("v1.0", [1], "Not a package");
        var server = _pypi.Server();

        Assert.Equal(new SyncReport(3, 3, 0), await UpdateAsync(server));

        Assert.True(IndexMerge.AreSame([.. packages.Reverse()], _pypi.ReadIndex().Packages));
        Assert.Equal("Update index.toml: 3 published, 0 removed", _pypi.Repository.History()[0].Message);
    }

    [Fact]
    public async Task Where_nothing_changed_nothing_is_committed()
    {
        _pypi.Publish("a");
        var server = _pypi.Server();
        await UpdateAsync(server);
        _pypi.Time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(new SyncReport(1, 0, 0), await UpdateAsync(server));
        Assert.Equal(new SyncReport(1, 0, 0), await AddAsync(server, _pypi.ReadIndex().Packages[0]));
        Assert.Equal(new SyncReport(1, 0, 0), await UpdateAsync(_pypi.Server()));

        Assert.Equal(1, _pypi.Commits);
    }

    [Fact]
    public async Task What_a_server_wrote_it_need_not_fetch()
    {
        var a = _pypi.Publish("a");
        var server = _pypi.Server();
        await AddAsync(server, a);

        Assert.Equal(new SyncReport(1, 1, 0), (await server.Sync.SyncAsync(_pypi.Token, default)).Value);

        Assert.Equal(0, _pypi.GitHub.Log.Count("GET", "/git/blobs/"));
        Assert.Equal(["a"], server.Offered);
    }

    [Fact]
    public async Task What_was_just_published_is_added_without_a_look_at_all_releases()
    {
        var a = _pypi.Publish("a");
        _pypi.WriteIndex(a);

        Assert.Equal(new SyncReport(2, 1, 0), await AddAsync(_pypi.Server(), _pypi.Publish("b")));

        Assert.Equal(["b", "a"], _pypi.IndexedProjects());
        Assert.DoesNotContain(_pypi.GitHub.Log.All, request => request.Path.EndsWith("/releases", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_list_that_lags_loses_nothing()
    {
        var (a, b) = (_pypi.Publish("a"), _pypi.Publish("b"));
        _pypi.WriteIndex(b, a);
        _pypi.ReleaseOf(b).HiddenReads = 1;

        Assert.Equal(new SyncReport(2, 0, 0), await UpdateAsync(_pypi.Server()));

        Assert.Equal(["b", "a"], _pypi.IndexedProjects());
        Assert.Equal(1, _pypi.GitHub.Log.Count("GET", "/releases/assets/"));
    }

    [Fact]
    public async Task What_lies_beyond_the_end_of_GitHubs_list_stays()
    {
        var packages = Enumerable.Range(0, 130).Select(number => _pypi.Publish($"p{number}")).ToList();
        _pypi.WriteIndex(packages[..40]);
        _pypi.GitHub.Limits.ListedReleases = 100;

        Assert.Equal(new SyncReport(130, 90, 0), await UpdateAsync(_pypi.Server()));

        Assert.Equal(130, _pypi.IndexedProjects().Count());
    }

    [Fact]
    public async Task What_slips_from_a_page_to_the_one_before_while_they_are_read_stays()
    {
        var packages = Enumerable.Range(0, 150).Select(number => _pypi.Publish($"p{number}")).ToList();
        _pypi.WriteIndex(packages.AsEnumerable().Reverse());
        var pause = new Fault.Pause();
        _pypi.GitHub.Faults.Next(request => request.Query.Contains("&page=2", StringComparison.Ordinal), pause);
        var updating = UpdateAsync(_pypi.Server());
        await pause.Reached;

        _pypi.Delete(packages[^1]);
        pause.Release();

        // It was listed before it was deleted: the next update finds that.
        Assert.Equal(new SyncReport(150, 0, 0), await updating);
        Assert.Equal(1, _pypi.GitHub.Log.Count("GET", "/releases/assets/"));
        Assert.Equal(new SyncReport(149, 0, 1), await UpdateAsync(_pypi.Server()));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    public async Task A_list_that_breaks_off_changes_nothing(int status)
    {
        var packages = Enumerable.Range(0, 120).Select(number => _pypi.Publish($"p{number}")).ToList();
        _pypi.WriteIndex(packages[..60]);
        _pypi.GitHub.Faults.Next(
            request => request.Path.EndsWith("/releases", StringComparison.Ordinal) && !request.Query.EndsWith("&page=1", StringComparison.Ordinal), new Fault.Answer(status), 1000);

        var failure = (await _pypi.Server().Writer.UpdateAsync(_pypi.Token, new Progress<WorkProgress>(), default)).Failure;

        Assert.Equal(FailureKind.Unavailable, failure?.Kind);
        Assert.Equal(60, _pypi.IndexedProjects().Count());
    }

    [Fact]
    public async Task The_token_of_a_workflow_writes_the_index_though_it_belongs_to_nobody()
    {
        _pypi.Publish("a");
        var token = new Secret(_pypi.GitHub.AddActionsToken(_pypi.Repository).Value);

        Assert.Equal(new SyncReport(1, 1, 0), (await _pypi.Server().Writer.UpdateAsync(token, new Progress<WorkProgress>(), default)).Value);

        Assert.DoesNotContain(_pypi.GitHub.Log.All, request => request.Status == 403 || request.Path == "/user");
    }

    [Fact]
    public async Task What_is_gone_is_dropped()
    {
        var (a, b) = (_pypi.Publish("a"), _pypi.Publish("b"));
        _pypi.WriteIndex(b, a);
        _pypi.Delete(b);

        Assert.Equal(new SyncReport(1, 0, 1), await UpdateAsync(_pypi.Server()));

        Assert.Equal(["a"], _pypi.IndexedProjects());
    }

    [Fact]
    public async Task An_entry_that_leads_elsewhere_is_not_followed()
    {
        var a = _pypi.Publish("a");
        _pypi.WriteIndex(
            a,
            a with { Distrib = "evil", Package = "evil-1.0", Url = "https://evil.example.org/evil-1.0.tar.gz" },
            a with { Distrib = "gone", Package = "gone-1.0", Url = "https://evil.example.org/repos/o/r/releases/assets/1" });

        Assert.Null((await _pypi.Server().Writer.UpdateAsync(_pypi.Token, new Progress<WorkProgress>(), default)).Failure);

        // The one is no asset, and was left alone; of the other one our GitHub was asked, and has none of that number.
        Assert.Equal(["a", "evil"], _pypi.IndexedProjects());
    }

    [Fact]
    public async Task Two_servers_that_write_at_once_lose_nothing()
    {
        var packages = Enumerable.Range(0, 12).Select(number => _pypi.Publish($"p{number}")).ToList();
        _pypi.WriteIndex(_pypi.Publish("a"));
        IndexServer[] servers = [_pypi.Server(), _pypi.Server(), _pypi.Server()];

        await Task.WhenAll(servers.Select((server, i) => Task.Run(async () =>
        {
            foreach (var package in packages.Where((_, number) => number % servers.Length == i))
            {
                await UntilDoneAsync(() => server.Writer.AddPendingAsync(_pypi.Token, [package], default));
            }
        })));

        Assert.Equal(packages.Select(package => package.Distrib).Append("a").Order(), _pypi.IndexedProjects().Order());
    }

    [Fact]
    public async Task An_update_and_uploads_at_once_lose_nothing()
    {
        var old = Enumerable.Range(0, 5).Select(number => _pypi.Publish($"old{number}")).ToList();
        var pending = Enumerable.Range(0, 5).Select(number => _pypi.Publish($"new{number}")).ToList();
        pending.ForEach(package => _pypi.ReleaseOf(package).HiddenReads = 1);
        var (one, other) = (_pypi.Server(), _pypi.Server());

        await Task.WhenAll(
            Task.Run(() => UpdateAsync(one)),
            Task.Run(async () =>
            {
                foreach (var package in pending)
                {
                    await AddAsync(other, package);
                }
            }));

        Assert.Equal(old.Concat(pending).Select(package => package.Distrib).Order(), _pypi.IndexedProjects().Order());
    }

    [Fact]
    public async Task A_writer_that_meets_another_one_begins_anew()
    {
        var (a, b, c) = (_pypi.Publish("a"), _pypi.Publish("b"), _pypi.Publish("c"));
        _pypi.WriteIndex(a);
        var pause = new Fault.Pause();
        _pypi.GitHub.Faults.Next(request => request.Method == "PUT", pause);

        var adding = AddAsync(_pypi.Server(), b);
        await pause.Reached;
        _pypi.WriteIndex(c, a);
        pause.Release();

        Assert.Equal(new SyncReport(3, 1, 0), await adding);
        Assert.Equal(["c", "b", "a"], _pypi.IndexedProjects().OrderDescending());
    }

    [Fact]
    public async Task A_writer_that_meets_the_first_index_of_another_one_begins_anew()
    {
        var (a, b) = (_pypi.Publish("a"), _pypi.Publish("b"));
        var pause = new Fault.Pause();
        _pypi.GitHub.Faults.Next(request => request.Method == "PUT", pause);

        var adding = AddAsync(_pypi.Server(), b);
        await pause.Reached;
        _pypi.WriteIndex(a);
        pause.Release();
        await adding;

        Assert.Equal(["b", "a"], _pypi.IndexedProjects());
        Assert.Equal(422, _pypi.GitHub.Log.All.First(request => request.Method == "PUT").Status);
    }

    [Fact]
    public async Task A_commit_of_another_file_at_the_same_time_is_no_harm()
    {
        var (a, b) = (_pypi.Publish("a"), _pypi.Publish("b"));
        _pypi.WriteIndex(a);
        var pause = new Fault.Pause();
        _pypi.GitHub.Faults.Next(request => request.Method == "PUT", pause);

        var adding = AddAsync(_pypi.Server(), b);
        await pause.Reached;
        _pypi.Repository.Put("README.md", "Read me"u8.ToArray());
        pause.Release();

        Assert.Equal(new SyncReport(2, 1, 0), await adding);
        Assert.Equal([409, 200], _pypi.GitHub.Log.All.Where(request => request.Method == "PUT").Select(request => request.Status ?? 0));
        Assert.Equal(["b", "a"], _pypi.IndexedProjects());
        Assert.Equal("Read me"u8.ToArray(), _pypi.Repository.Read("README.md"));
    }

    [Fact]
    public async Task An_index_that_is_deleted_while_it_is_written_comes_back_whole()
    {
        var (a, b) = (_pypi.Publish("a"), _pypi.Publish("b"));
        _pypi.WriteIndex(a);
        var pause = new Fault.Pause { Effect = Effect.Whole };
        _pypi.GitHub.Faults.Next(request => request.Path.Contains("/git/blobs/", StringComparison.Ordinal), pause);
        var adding = AddAsync(_pypi.Server(), b);
        await pause.Reached;

        _pypi.Repository.Put("index.toml", null);
        pause.Release();

        // GitHub passes over the digest of a file that is not there.
        Assert.Equal(new SyncReport(2, 1, 0), await adding);
        Assert.Equal(201, Assert.Single(_pypi.GitHub.Log.All, request => request.Method == "PUT").Status);
        Assert.Equal(["b", "a"], _pypi.IndexedProjects());
    }

    [Fact]
    public async Task Who_is_never_the_fastest_is_told_to_come_again()
    {
        _pypi.WriteIndex();
        _pypi.GitHub.Faults.Next(request => request.Method == "PUT", Fault.Answer.Json(409, "index.toml does not match"), times: int.MaxValue);

        var failure = (await _pypi.Server().Writer.AddPendingAsync(_pypi.Token, [_pypi.Publish("a")], default)).Failure;

        Assert.Equal(FailureKind.Unavailable, failure?.Kind);
        Assert.NotNull(failure?.RetryAfter);
        Assert.Equal(IndexCommit.Tries, _pypi.GitHub.Log.Count("PUT", "/contents/"));
        Assert.Empty(_pypi.IndexedProjects());
    }

    [Theory]
    [MemberData(nameof(UnknownOutcomes))]
    public async Task A_write_of_which_nobody_knows_is_looked_for_before_it_is_repeated(string what)
    {
        var server = _pypi.Server();
        foreach (var (effect, project) in (ValueTuple<Effect, string>[])[(Effect.Whole, "a"), (Effect.None, "b")])
        {
            Fault fault = what switch
            {
                "reset" => new Fault.Reset(),
                "502" => new Fault.Answer(502),
                "503" => Fault.Answer.Json(503, "Service Unavailable"),
                _ => new Fault.Cut(),
            };
            _pypi.GitHub.Faults.Next(request => request.Method == "PUT", fault with { Effect = effect });

            Assert.Equal(1, (await AddAsync(server, _pypi.Publish(project))).Published);
        }

        Assert.Equal(2, _pypi.Commits);
        Assert.Equal(["b", "a"], _pypi.IndexedProjects());
    }

    [Fact]
    public async Task A_write_that_can_not_be_seen_yet_is_not_made_twice()
    {
        _pypi.WriteIndex();
        var server = _pypi.Server();
        _pypi.Repository.Git.ReadLag = 3;
        _pypi.GitHub.Faults.Next(request => request.Method == "PUT", new Fault.Reset { Effect = Effect.Whole });

        await AddAsync(server, _pypi.Publish("a"));

        Assert.Equal(2, _pypi.Commits);
        Assert.Equal(["a"], _pypi.IndexedProjects());
    }

    [Fact]
    public async Task A_read_that_lags_behind_our_own_write_is_not_taken_for_a_change()
    {
        _pypi.WriteIndex(_pypi.Publish("a"));
        var server = _pypi.Server();
        await server.Sync.SyncAsync(_pypi.Token, default);
        _pypi.Repository.Git.ReadLag = 2;

        await AddAsync(server, _pypi.Publish("b"));
        Assert.Equal(new SyncReport(2, 1, 0), (await server.Sync.SyncAsync(_pypi.Token, default)).Value);
        await AddAsync(server, _pypi.Publish("c"));
        await server.Sync.SyncAsync(_pypi.Token, default);

        Assert.Equal(["a", "b", "c"], server.Offered);
        Assert.Equal(["c", "b", "a"], _pypi.IndexedProjects());
        Assert.Equal(3, _pypi.Commits);
        Assert.Equal(2, _pypi.GitHub.Log.Count("PUT", "/contents/"));
    }

    [Fact]
    public async Task An_index_that_somebody_set_back_is_seen_after_a_while()
    {
        var (a, b) = (_pypi.Publish("a"), _pypi.Publish("b"));
        _pypi.WriteIndex(a);
        var before = _pypi.Repository.Read("index.toml");
        var server = _pypi.Server();
        await AddAsync(server, b);
        _pypi.Repository.Put("index.toml", before);

        _pypi.Time.Advance(TimeSpan.FromMinutes(2));
        var version = await server.Remote.FindAsync(_pypi.Token, default);

        Assert.Equal(GitBlob.ShaOf(before), version.Value.Sha);
    }

    [Fact]
    public async Task Packages_that_come_while_one_is_written_are_written_together()
    {
        var packages = Enumerable.Range(0, 30).Select(number => _pypi.Publish($"p{number}")).ToList();
        var server = _pypi.Server();
        var pause = new Fault.Pause();
        _pypi.GitHub.Faults.Next(request => request.Method == "PUT", pause);

        var first = AddAsync(server, packages[0]);
        await pause.Reached;
        var others = packages.Skip(1).Select(package => AddAsync(server, package)).ToList();
        pause.Release();
        await Task.WhenAll([first, .. others]);

        Assert.Equal(packages.Select(package => package.Distrib).Order(), _pypi.IndexedProjects().Order());
        Assert.Equal(2, _pypi.Commits);
    }

    [Fact]
    public async Task Who_gave_up_or_was_refused_leaves_nothing_to_be_written_by_others()
    {
        var server = _pypi.Server();
        using var gaveUp = new CancellationTokenSource();
        var pause = new Fault.Pause();
        _pypi.GitHub.Faults.Next(request => request.Method == "PUT", pause);
        var first = AddAsync(server, _pypi.Publish("a"));
        await pause.Reached;
        var second = server.Writer.AddPendingAsync(_pypi.Token, [_pypi.Publish("b")], gaveUp.Token);
        await gaveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        pause.Release();
        await first;

        Assert.Equal(FailureKind.Forbidden, (await server.Writer.AddPendingAsync(_pypi.Reader, [_pypi.Publish("c")], default)).Failure?.Kind);
        await AddAsync(server, _pypi.Publish("d"));

        Assert.Equal(["d", "a"], _pypi.IndexedProjects());
    }

    [Fact]
    public async Task A_broken_index_is_written_anew_by_an_update_and_by_nobody_else()
    {
        var (a, b) = (_pypi.Publish("a"), _pypi.Publish("b"));
        var server = _pypi.Server();
        await UpdateAsync(server);
        _pypi.ReleaseOf(b).HiddenReads = 1;
        _pypi.Repository.Put("index.toml", []);

        Assert.Equal(FailureKind.BadGateway, (await server.Writer.AddPendingAsync(_pypi.Token, [a], default)).Failure?.Kind);
        Assert.Equal(FailureKind.BadGateway, (await server.Writer.CatchUpAsync(_pypi.Token, default)).Failure?.Kind);
        await UpdateAsync(server);

        // The list lacked one of them; the copy had it.
        Assert.Equal(["b", "a"], _pypi.IndexedProjects());
    }

    [Fact]
    public async Task Who_may_not_write_is_told_so()
    {
        _pypi.Publish("a");

        var outcome = await _pypi.Server().Writer.UpdateAsync(_pypi.Reader, new Progress<WorkProgress>(), default);

        Assert.Equal(FailureKind.Forbidden, outcome.Failure?.Kind);
        Assert.Null(_pypi.Repository.Read("index.toml"));
    }

    [Fact]
    public async Task A_branch_whose_rules_forbid_it_is_told_of_at_once()
    {
        _pypi.Publish("demo");
        _pypi.Repository.ProtectedBranches.Add("main");

        var outcome = await _pypi.Server().Writer.UpdateAsync(_pypi.Token, new Progress<WorkProgress>(), default);

        Assert.Equal(FailureKind.Invalid, outcome.Failure?.Kind);
        Assert.Contains("is protected", outcome.Failure?.Message, StringComparison.Ordinal);
        Assert.Equal(1, _pypi.GitHub.Log.Count("PUT", "/contents/"));
    }

    [Fact]
    public async Task A_branch_that_is_not_there_is_a_failure_of_the_writer()
    {
        _pypi.Publish("a");

        var outcome = await _pypi.Server(branch: "nowhere").Writer.UpdateAsync(_pypi.Token, new Progress<WorkProgress>(), default);

        Assert.NotNull(outcome.Failure);
    }

    [Fact]
    public async Task Progress_is_told()
    {
        for (var number = 0; number < 120; number++)
        {
            _pypi.Publish($"p{number}");
        }

        var told = new Told();
        await _pypi.Server().Writer.UpdateAsync(_pypi.Token, told, default);

        Assert.Equal([100, 120], told.Projects);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_goes_wrong_nothing_is_lost(int seed)
    {
        _pypi.WriteIndex(_pypi.Publish("a"));
        _pypi.GitHub.Faults.Chaos(seed, rate: 0.2);
        _pypi.Repository.Git.ReadLag = 1;
        var packages = Enumerable.Range(0, 10).Select(number => _pypi.Publish($"p{number}")).ToList();
        packages.ForEach(package => _pypi.ReleaseOf(package).HiddenReads = seed);
        IndexServer[] servers = [_pypi.Server(), _pypi.Server()];

        await Task.WhenAll(
            Task.Run(() => UntilDoneAsync(() => servers[0].Writer.UpdateAsync(_pypi.Token, new Progress<WorkProgress>(), default))),
            Task.Run(async () =>
            {
                foreach (var package in packages)
                {
                    await UntilDoneAsync(() => servers[1].Writer.AddPendingAsync(_pypi.Token, [package], default));
                }
            }));
        _pypi.GitHub.Faults.Stop();

        Assert.Equal(packages.Select(package => package.Distrib).Append("a").Order(), _pypi.IndexedProjects().Order());
    }

    private async Task<SyncReport> UpdateAsync(IndexServer server) =>
        (await server.Writer.UpdateAsync(_pypi.Token, new Progress<WorkProgress>(), default)).Value;

    private async Task<SyncReport> AddAsync(IndexServer server, IndexedPackage package) =>
        (await server.Writer.AddPendingAsync(_pypi.Token, [package], default)).Value;

    /// <summary>Repeats a write that others were ahead of at every attempt: pauses between attempts take no time here, so that this can happen.</summary>
    private static async Task UntilDoneAsync(Func<Task<Outcome<SyncReport>>> write)
    {
        while ((await write()).Failure is { } failure)
        {
            Assert.Equal(FailureKind.Unavailable, failure.Kind);
        }
    }

    private sealed class Told : IProgress<WorkProgress>
    {
        public List<long> Projects { get; } = [];

        public void Report(WorkProgress value) => Projects.Add(value.Done);
    }
}
