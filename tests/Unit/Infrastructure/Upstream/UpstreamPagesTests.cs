using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PyWharf.Application.Upstream;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;
using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Unit.Infrastructure.Upstream;

/// <summary>Pages that are kept on disk. Each <see cref="UpstreamIndex"/> stands for a process, or for a configuration that was read again.</summary>
public sealed class UpstreamPagesTests : IAsyncLifetime
{
    private const string A = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string B = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    private static readonly ProjectName Foo = Project("foo");
    private static readonly UpstreamOptions Options = new() { Fresh = TimeSpan.FromMinutes(10), Stale = TimeSpan.FromDays(30), RetryDelay = TimeSpan.Zero };

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly string _folder = Directory.CreateTempSubdirectory("pywharf-pages-").FullName;
    private readonly List<UpstreamIndex> _opened = [];
    private FakeUpstream _upstream = null!; // by InitializeAsync
    private Uri _url = null!; // by InitializeAsync

    private string PagePath => Path.Combine(_folder, "pages", "foo.json");

    public async Task InitializeAsync()
    {
        _upstream = await FakeUpstream.StartAsync();
        _url = _upstream.Index;
    }

    public async Task DisposeAsync()
    {
        _opened.ForEach(index => index.Dispose());
        await _upstream.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_kept_page_has_everything_that_the_page_of_upstream_had()
    {
        _upstream.SaysJson(
            $$"""
            {"meta":{"api-version":"1.4"},"name":"foo","versions":["1.0","2.0"],"project-status":{"status":"archived","reason":"It is done."},"files":[
              {"filename":"foo-1.0-py3-none-any.whl","url":"../../files/foo-1.0-py3-none-any.whl","hashes":{"sha256":"{{A}}","md5":"d41d8cd98f00b204e9800998ecf8427e"},"size":7,
               "upload-time":"2020-01-02T03:04:05.678901Z","requires-python":">=3.8","core-metadata":{"sha256":"{{B}}"},"yanked":"bad","gpg-sig":false,"provenance":"https://up.example/p"},
              {"filename":"foo-2.0.tar.gz","url":"../../files/foo-2.0.tar.gz","hashes":{},"core-metadata":true,"yanked":true}]}
            """);
        var fetched = await PageAsync(Index());
        var kept = await PageAsync(Index());

        Assert.Single(_upstream.Asked);
        Assert.Equivalent(fetched, kept, strict: true);
        Assert.Equal(("archived", "It is done."), (kept.Page.Status?.Marker, kept.Page.Status?.Reason));
        Assert.Equal(2, kept.Page.Files[0].Hashes.Count);
        Assert.Equal(("bad", ""), (kept.Page.Files[0].Yanked, kept.Page.Files[1].Yanked));
    }

    [Fact]
    public async Task A_page_is_used_for_ten_minutes_and_then_revalidated_with_both_validators()
    {
        Says(File("foo-1.0.tar.gz", A), etag: "\"v1\"", lastModified: "Thu, 01 Jan 2026 00:00:00 GMT");
        await PageAsync(Index());
        _time.Advance(Options.Fresh - TimeSpan.FromSeconds(1));
        await PageAsync(Index());
        Assert.Single(_upstream.Asked);

        _upstream.Refuses(304);
        _time.Advance(TimeSpan.FromSeconds(1));
        await PageAsync(Index());

        Assert.Equal(("\"v1\"", "Thu, 01 Jan 2026 00:00:00 GMT"), (_upstream.Asked.Last().Headers.IfNoneMatch.ToString(), _upstream.Asked.Last().Headers.IfModifiedSince.ToString()));
        _time.Advance(Options.Fresh - TimeSpan.FromSeconds(1));
        await PageAsync(Index());
        Assert.Equal(2, _upstream.Asked.Count);
    }

    [Theory]
    [InlineData("max-age=300", 300)]
    [InlineData("max-age=86400", 600)]
    [InlineData("max-age=0", 60)]
    [InlineData("no-cache", 60)]
    [InlineData("public", 600)]
    [InlineData(null, 600)]
    public async Task Upstream_may_shorten_that_time_down_to_a_minute(string? cacheControl, int seconds)
    {
        _upstream.Answer = http =>
        {
            http.Response.ContentType = "application/vnd.pypi.simple.v1+json";
            http.Response.Headers.CacheControl = cacheControl;
            return http.Response.WriteAsync(Json(File("foo-1.0.tar.gz", A)));
        };
        await PageAsync(Index());

        _time.Advance(TimeSpan.FromSeconds(seconds - 1));
        await PageAsync(Index());
        Assert.Single(_upstream.Asked);

        _time.Advance(TimeSpan.FromSeconds(1));
        await PageAsync(Index());
        Assert.Equal(2, _upstream.Asked.Count);
    }

    [Fact]
    public async Task A_stale_page_in_memory_is_renewed_by_what_another_process_has_asked()
    {
        Says(File("foo-1.0.tar.gz", A), etag: "\"v1\"");
        var (one, other) = (Index(), Index());
        var first = await PageAsync(one);
        await PageAsync(other);
        _time.Advance(Options.Fresh);
        _upstream.Refuses(304);
        await PageAsync(one);

        Assert.NotSame(first, await PageAsync(other));
        Assert.Equal(2, _upstream.Asked.Count);
        Assert.Same(first, await PageAsync(one));

        _time.Advance(Options.Fresh);
        Says(File("foo-2.0.tar.gz", B));
        await PageAsync(one);

        Assert.Equal("foo-2.0.tar.gz", Assert.Single((await PageAsync(other)).Page.Files).Filename);
        Assert.Equal(3, _upstream.Asked.Count);
    }

    [Fact]
    public async Task A_page_that_upstream_confirms_is_the_same_object()
    {
        Says(File("foo-1.0.tar.gz", A), etag: "\"v1\"");
        var index = Index();
        var first = await PageAsync(index);
        _time.Advance(Options.Fresh);
        _upstream.Refuses(304);

        Assert.Same(first, await PageAsync(index));
    }

    [Fact]
    public async Task Kept_pages_are_served_while_upstream_is_away_until_they_are_too_old()
    {
        Says(File("foo-1.0.tar.gz", A));
        await PageAsync(Index());
        await _upstream.DisposeAsync();
        _time.Advance(Options.Stale - TimeSpan.FromSeconds(1));
        var index = Index();

        await PageAsync(index);
        Assert.Equal(FailureKind.Unavailable, (await index.GetProjectAsync(Project("bar"), default)).Failure?.Kind);
        Assert.NotNull(index.Trouble);

        // Known to be away, with nothing in memory.
        Assert.Equal(FailureKind.Unavailable, (await index.GetProjectAsync(Project("bar"), default)).Failure?.Kind);
        await PageAsync(index);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(FailureKind.Unavailable, (await index.GetProjectAsync(Foo, default)).Failure?.Kind);
        Assert.Equal(FailureKind.Unavailable, (await Index().GetProjectAsync(Foo, default)).Failure?.Kind);
    }

    [Fact]
    public async Task A_page_that_may_not_be_stale_is_not_used_for_longer_without_asking()
    {
        Says(File("foo-1.0.tar.gz", A));
        var index = Index(options: Options with { Stale = TimeSpan.FromMinutes(1) });
        await PageAsync(index);
        await _upstream.DisposeAsync();

        _time.Advance(TimeSpan.FromSeconds(59));
        await PageAsync(index);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(FailureKind.Unavailable, (await index.GetProjectAsync(Foo, default)).Failure?.Kind);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(429)]
    [InlineData(401)]
    public async Task An_index_that_answers_with_errors_is_trouble_until_one_answer_is_right(int status)
    {
        Says(File("foo-1.0.tar.gz", A));
        await PageAsync(Index());
        _time.Advance(Options.Fresh);
        _upstream.Refuses(status);
        var index = Index();
        Assert.Null(index.Trouble);

        await PageAsync(index);
        Assert.NotNull(index.Trouble);

        _time.Advance(Options.LongestPause);
        _upstream.Refuses(404);
        Assert.Equal(FailureKind.NotFound, (await index.GetProjectAsync(Project("bar"), default)).Failure?.Kind);
        Assert.Null(index.Trouble);
    }

    [Fact]
    public async Task The_end_of_trouble_is_found_out_while_nobody_asks_for_pages()
    {
        _upstream.Refuses(500);
        var index = Index();
        await index.GetProjectAsync(Foo, default);
        Assert.NotNull(index.Trouble);
        Says(File("foo-1.0.tar.gz", A));
        _time.Advance(Options.LongestPause);

        await WaitAsync(() => index.Trouble is null);
    }

    [Fact]
    public async Task During_trouble_a_kept_page_does_not_wait_for_upstream()
    {
        foreach (var name in (string[])["foo", "bar"])
        {
            Says(File("foo-1.0.tar.gz", A));
            await Index().GetProjectAsync(Project(name), default);
        }

        _time.Advance(Options.Fresh);
        _upstream.Refuses(500);
        var index = Index();
        await index.GetProjectAsync(Project("bar"), default);
        _upstream.Answer = http => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        _time.Advance(Options.FirstPause);

        await PageAsync(index).WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
    }

    [Fact]
    public async Task A_project_that_is_gone_upstream_is_gone()
    {
        Says(File("foo-1.0.tar.gz", A));
        await PageAsync(Index());
        _time.Advance(Options.Fresh);
        _upstream.Refuses(404);

        Assert.Equal(FailureKind.NotFound, (await Index().GetProjectAsync(Foo, default)).Failure?.Kind);
        Assert.False(System.IO.File.Exists(PagePath));

        await _upstream.DisposeAsync();
        Assert.Equal(FailureKind.Unavailable, (await Index().GetProjectAsync(Foo, default)).Failure?.Kind);
    }

    [Fact]
    public async Task A_page_of_another_index_is_not_used_and_neither_are_its_first_sights()
    {
        Says(File("foo-1.0.tar.gz", A));
        await PageAsync(Index());
        _time.Advance(TimeSpan.FromMinutes(1));

        var other = await PageAsync(Index(new Uri(_url, "../other/")));

        Assert.Equal(2, _upstream.Asked.Count);
        Assert.Equal(_time.GetUtcNow(), other.Since(other.Page.Files[0]));
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("cut")]
    [InlineData("altered")]
    [InlineData("other project")]
    [InlineData("foreign")]
    [InlineData("link")]
    public async Task A_damaged_or_foreign_file_is_as_if_there_were_none(string what)
    {
        Says(File("foo-1.0.tar.gz", A));
        await PageAsync(Index());
        var bytes = await System.IO.File.ReadAllBytesAsync(PagePath);
        switch (what)
        {
            case "empty":
                await System.IO.File.WriteAllBytesAsync(PagePath, []);
                break;
            case "cut":
                await System.IO.File.WriteAllBytesAsync(PagePath, bytes[..^1]);
                break;
            case "altered":
                await System.IO.File.WriteAllTextAsync(PagePath, Encoding.UTF8.GetString(bytes).Replace("/files/", "/fires/", StringComparison.Ordinal));
                break;
            case "other project":
                await Index().GetProjectAsync(Project("bar"), default);
                System.IO.File.Copy(Path.Combine(_folder, "pages", "bar.json"), PagePath, overwrite: true);
                break;
            case "foreign":
                await System.IO.File.WriteAllTextAsync(PagePath, """{"meta":{"api-version":"1.4"},"name":"foo","versions":[],"files":[]}""");
                break;
            case "link":
                DurableFile.Replace(PagePath, PagePath + ".elsewhere");
                System.IO.File.CreateSymbolicLink(PagePath, PagePath + ".elsewhere");
                break;
        }

        _upstream.Asked.Clear();
        _time.Advance(TimeSpan.FromSeconds(1));
        var page = await PageAsync(Index());

        Assert.Single(_upstream.Asked);
        Assert.Equal(_time.GetUtcNow(), page.Since(page.Page.Files[0]));
        await PageAsync(Index());
        Assert.Single(_upstream.Asked);
    }

    [Fact]
    public async Task A_page_from_a_clock_that_was_ahead_is_asked_for_again()
    {
        Says(File("foo-1.0.tar.gz", A));
        _time.AutoAdvanceAmount = TimeSpan.Zero;
        await PageAsync(Index());
        System.IO.File.SetLastWriteTimeUtc(PagePath, _time.GetUtcNow().UtcDateTime.AddDays(1));

        await PageAsync(Index());

        Assert.Equal(2, _upstream.Asked.Count);
    }

    [Fact]
    public async Task A_first_sight_is_remembered_for_a_name_and_its_content()
    {
        Says(File("foo-1.0.tar.gz", A) + "," + File("foo-2.0.tar.gz", A));
        var first = _time.GetUtcNow();
        await PageAsync(Index());
        _time.Advance(TimeSpan.FromDays(40));
        Says(File("foo-1.0.tar.gz", A) + "," + File("foo-2.0.tar.gz", B) + "," + File("foo-3.0.tar.gz", A));

        var page = await PageAsync(Index());

        Assert.Equal([first, _time.GetUtcNow(), _time.GetUtcNow()], page.Page.Files.Select(page.Since));
        var kept = await PageAsync(Index());
        Assert.Equal(page.Page.Files.Select(page.Since), kept.Page.Files.Select(kept.Since));
    }

    [Fact]
    public async Task An_upload_time_of_upstream_counts_more_than_a_first_sight()
    {
        Says(File("foo-1.0.tar.gz", A, uploadTime: "2020-01-02T03:04:05Z") + "," + File("foo-2.0.tar.gz", A, uploadTime: "yesterday"));
        var page = await PageAsync(Index());

        Assert.Equal([new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero), _time.GetUtcNow()], page.Page.Files.Select(page.Since));
    }

    [Fact]
    public async Task A_disk_that_can_not_be_written_costs_nothing_but_the_memory_of_it()
    {
        await System.IO.File.WriteAllTextAsync(Path.Combine(_folder, "pages"), "a file where the folder should be");
        Says(File("foo-1.0.tar.gz", A), etag: "\"v1\"");
        var index = Index();
        var first = await PageAsync(index);
        _time.Advance(Options.Fresh);
        _upstream.Refuses(304);

        Assert.Same(first, await PageAsync(index));
        Assert.Equal(2, _upstream.Asked.Count);
    }

    [Fact]
    public async Task Only_so_many_bytes_are_kept_and_the_pages_that_were_confirmed_last_are()
    {
        Says(File("foo-1.0.tar.gz", A));
        var index = Index(mostBytes: 40_000);
        for (var number = 0; number < 30; number++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await index.GetProjectAsync(Project($"foo{number}"), default);
        }

        var kept = Directory.GetFiles(Path.Combine(_folder, "pages")).Select(Path.GetFileNameWithoutExtension).ToList();
        Assert.InRange(kept.Count, 5, 11);
        Assert.Contains("foo29", kept);
        Assert.DoesNotContain("foo0", kept);
    }

    [Fact]
    public async Task A_crowd_that_comes_after_a_restart_reads_a_page_once()
    {
        Says(File("foo-1.0.tar.gz", A));
        await PageAsync(Index());
        await _upstream.DisposeAsync();
        _time.Advance(Options.Fresh);
        var index = Index();
        await index.GetProjectAsync(Project("bar"), default);

        var pages = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PageAsync(index)));

        Assert.Single(pages.Distinct());
    }

    private static ProjectName Project(string name) =>
        ProjectName.TryParse(name, out var project) ? project : throw new ArgumentException(name);

    private static string File(string filename, string sha256, string? uploadTime = null) =>
        $$"""{"filename":"{{filename}}","url":"../../files/{{filename}}","hashes":{"sha256":"{{sha256}}"},"size":1{{(uploadTime is null ? "" : $",\"upload-time\":\"{uploadTime}\"")}}}""";

    private static string Json(string files) => $$"""{"meta":{"api-version":"1.4"},"name":"foo","versions":[],"files":[{{files}}]}""";

    private static async Task<UpstreamProject> PageAsync(UpstreamIndex index)
    {
        var project = await index.GetProjectAsync(Foo, default);

        return project.Failure is { } failure ? throw new InvalidOperationException(failure.Message) : project.Value;
    }

    private static async Task WaitAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
        }
    }

    private void Says(string files, string? etag = null, string? lastModified = null) => _upstream.Answer = http =>
    {
        http.Response.ContentType = "application/vnd.pypi.simple.v1+json";
        http.Response.Headers.ETag = etag;
        http.Response.Headers.LastModified = lastModified;
        return http.Response.WriteAsync(Json(files));
    };

    private UpstreamIndex Index(Uri? index = null, long mostBytes = long.MaxValue, UpstreamOptions? options = null)
    {
        var store = new UpstreamPageStore(Path.Combine(_folder, "pages"), index ?? _url, _time, NullLogger.Instance) { MostBytes = mostBytes };
        _opened.Add(new UpstreamIndex(index ?? _url, options ?? Options, _time, NullLogger.Instance, store));

        return _opened[^1];
    }
}
