using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using PyWharf.Application.Ports;
using PyWharf.Application.Rendering;
using PyWharf.Domain;
using PyWharf.Infrastructure.Upstream;
using PyWharf.Unit.Application.Rendering;

namespace PyWharf.Unit.Infrastructure.Upstream;

public sealed class UpstreamIndexTests : IAsyncLifetime
{
    private const string EmptyPage = """{"meta":{"api-version":"1.4"},"name":"foo","versions":[],"files":[]}""";

    private const string OneFile =
        """
        {"meta":{"api-version":"1.4"},"name":"foo","versions":["1.0"],"files":[
          {"filename":"foo-1.0-py3-none-any.whl","url":"../../files/foo-1.0-py3-none-any.whl","hashes":{},"size":1,"core-metadata":true},
          {"filename":"foo-1.0.tar.gz","url":"../../files/foo-1.0.tar.gz","hashes":{},"size":1}]}
        """;

    private static readonly UpstreamOptions Quick = new() { RetryDelay = TimeSpan.Zero };

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly ListLogger _log = new();
    private FakeUpstream _upstream = null!; // by InitializeAsync

    public async Task InitializeAsync() => _upstream = await FakeUpstream.StartAsync();

    public async Task DisposeAsync() => await _upstream.DisposeAsync();

    [Fact]
    public async Task Upstream_is_asked_for_the_normalised_name_and_for_JSON_first()
    {
        _upstream.SaysJson(EmptyPage);
        using var index = Index();

        await index.GetProjectAsync(Project("Foo_.Bar"), default);

        var (path, headers) = Assert.Single(_upstream.Asked);
        Assert.Equal("/simple/foo-bar/", path);
        Assert.Equal(
            "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.2, text/html; q=0.01", headers.Accept.ToString());
        Assert.StartsWith("pywharf/", headers.UserAgent.ToString(), StringComparison.Ordinal);
        Assert.Contains("gzip", headers.AcceptEncoding.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, headers.Authorization.Count);
    }

    [Fact]
    public async Task A_URL_without_a_slash_at_its_end_is_the_same_index()
    {
        _upstream.SaysJson(EmptyPage);
        using var index = Index(new Uri(_upstream.Index.AbsoluteUri.TrimEnd('/')));

        await index.GetProjectAsync(Project("foo"), default);

        Assert.Equal("/simple/foo/", Assert.Single(_upstream.Asked).Path);
    }

    [Fact]
    public async Task Relative_links_become_absolute()
    {
        _upstream.SaysJson(OneFile);
        using var index = Index();

        var json = Pages.Text(SimplePage.Render((await index.GetProjectAsync(Project("foo"), default)).Value.Page).Json);

        Assert.Contains($"\"url\":\"{new Uri(_upstream.Index, "/files/foo-1.0.tar.gz")}\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_HTML_page_will_do()
    {
        _upstream.Says("text/html; charset=UTF-8", "<!doctype html><a href='../../files/foo-1.0.tar.gz'>foo-1.0.tar.gz</a>");
        using var index = Index();

        Assert.Equal(new Uri(_upstream.Index, "/files/foo-1.0.tar.gz"), (await FindAsync(index, Project("foo"), "foo-1.0.tar.gz")).Value);
    }

    [Theory]
    [InlineData("foo-1.0-py3-none-any.whl", true)]
    [InlineData("foo-1.0-py3-none-any.whl.metadata", true)]
    [InlineData("foo-1.0.tar.gz", true)]
    [InlineData("foo-1.0.tar.gz.metadata", false)]
    [InlineData("foo-1.0-py3-none-any.whl.asc", false)]
    [InlineData("foo-1.0-py3-none-any.whl.metadata.metadata", false)]
    [InlineData("FOO-1.0.tar.gz", false)]
    [InlineData(".metadata", false)]
    [InlineData("", false)]
    public async Task A_file_is_where_the_page_says_and_its_metadata_beside_it(string filename, bool isThere)
    {
        _upstream.SaysJson(OneFile);
        using var index = Index();

        var found = await FindAsync(index, Project("foo"), filename);

        Assert.Equal(isThere ? null : FailureKind.NotFound, found.Failure?.Kind);
        if (isThere)
        {
            Assert.Equal(new Uri(_upstream.Index, $"/files/{filename}"), found.Value);
        }
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_project_that_upstream_does_not_have_is_not_asked_for_again_at_once(int status)
    {
        _upstream.Refuses(status);
        using var index = Index();

        Assert.Equal(FailureKind.NotFound, (await index.GetProjectAsync(Project("foo"), default)).Failure?.Kind);
        Assert.Equal(FailureKind.NotFound, (await index.GetProjectAsync(Project("foo"), default)).Failure?.Kind);
        Assert.Single(_upstream.Asked);

        _time.Advance(Quick.FreshAbsence);
        _upstream.SaysJson(EmptyPage);

        Assert.Null((await index.GetProjectAsync(Project("foo"), default)).Failure);
    }

    [Fact]
    public async Task A_page_is_used_for_a_minute_and_then_revalidated()
    {
        _upstream.SaysJson(OneFile, etag: "W/\"v1\"");
        using var index = Index();
        var first = (await index.GetProjectAsync(Project("foo"), default)).Value;
        _time.Advance(Quick.Fresh - TimeSpan.FromTicks(1));

        Assert.Same(first, (await index.GetProjectAsync(Project("foo"), default)).Value);
        Assert.Single(_upstream.Asked);

        _upstream.Refuses(304);
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Same(first, (await index.GetProjectAsync(Project("foo"), default)).Value);
        Assert.Equal("W/\"v1\"", _upstream.Asked.Last().Headers.IfNoneMatch);
        Assert.Same(first, (await index.GetProjectAsync(Project("foo"), default)).Value);
        Assert.Equal(2, _upstream.Asked.Count);

        _upstream.SaysJson(EmptyPage);
        _time.Advance(Quick.Fresh);

        Assert.NotSame(first, (await index.GetProjectAsync(Project("foo"), default)).Value);
    }

    [Fact]
    public async Task A_304_that_nobody_asked_for_is_nonsense()
    {
        _upstream.Refuses(304);
        using var index = Index();

        Assert.Equal(FailureKind.BadGateway, (await index.GetProjectAsync(Project("foo"), default)).Failure?.Kind);
    }

    [Fact]
    public async Task A_crowd_asks_once_and_one_that_leaves_takes_nothing_from_the_others()
    {
        var asked = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        _upstream.Answer = async http =>
        {
            asked.SetResult();
            await gate.Task;
            http.Response.ContentType = "application/vnd.pypi.simple.v1+json";
            await http.Response.WriteAsync(EmptyPage);
        };
        using var index = Index();
        using var leaving = new CancellationTokenSource();

        var impatient = index.GetProjectAsync(Project("foo"), leaving.Token).AsTask();
        var crowd = Enumerable.Range(0, 20).Select(_ => index.GetProjectAsync(Project("foo"), default).AsTask()).ToArray();
        await asked.Task;
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        gate.SetResult();
        var pages = await Task.WhenAll(crowd);

        Assert.Single(pages.Select(page => page.Value).Distinct());
        Assert.Single(_upstream.Asked);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task What_may_pass_is_tried_again(int status)
    {
        _upstream.Answer = http =>
        {
            http.Response.StatusCode = status;
            _upstream.SaysJson(EmptyPage);
            return Task.CompletedTask;
        };
        using var index = Index();

        Assert.Null((await index.GetProjectAsync(Project("foo"), default)).Failure);
        Assert.Equal(2, _upstream.Asked.Count);
    }

    [Fact]
    public async Task What_does_not_pass_is_told_with_a_time_to_come_back_and_not_asked_again_at_once()
    {
        _upstream.Refuses(500);
        using var index = Index();

        var failure = (await index.GetProjectAsync(Project("foo"), default)).Failure;
        await index.GetProjectAsync(Project("foo"), default);

        Assert.Equal(FailureKind.Unavailable, failure?.Kind);
        Assert.NotNull(failure?.RetryAfter);
        Assert.Equal(3, _upstream.Asked.Count);

        _time.Advance(Quick.FreshFailure);
        _upstream.SaysJson(EmptyPage);

        Assert.Null((await index.GetProjectAsync(Project("foo"), default)).Failure);
    }

    [Theory]
    [InlineData("0", 3, 1)]
    [InlineData("120", 1, 120)]
    [InlineData("99999999", 1, 300)]
    [InlineData("Fri, 02 Jan 2026 03:05:05 GMT", 1, 60)]
    [InlineData("Fri, 02 Jan 2026 03:00:00 GMT", 3, 1)]
    [InlineData("soon", 3, 1)]
    public async Task A_time_to_come_back_is_respected_or_handed_on(string retryAfter, int asked, int seconds)
    {
        _upstream.Refuses(503, retryAfter);
        using var index = Index();

        var failure = (await index.GetProjectAsync(Project("foo"), default)).Failure;

        Assert.Equal((asked, seconds), (_upstream.Asked.Count, failure?.RetryAfter?.TotalSeconds));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(204)]
    [InlineData(300)]
    public async Task What_will_not_pass_is_not_tried_again(int status)
    {
        _upstream.Refuses(status);
        using var index = Index();

        var failure = (await index.GetProjectAsync(Project("foo"), default)).Failure;

        Assert.Equal(FailureKind.BadGateway, failure?.Kind);
        Assert.NotNull(failure?.RetryAfter);
        Assert.Single(_upstream.Asked);
    }

    [Fact]
    public async Task An_upstream_that_never_answers_is_given_up()
    {
        using var asked = NeverAnswers();
        using var index = Index(Quick with { AttemptTimeout = TimeSpan.FromSeconds(1), Retries = 1 });

        var page = index.GetProjectAsync(Project("foo"), default);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await asked.WaitAsync();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(FailureKind.Unavailable, (await page).Failure?.Kind);
        Assert.Equal(2, _upstream.Asked.Count);
    }

    [Fact]
    public async Task That_there_is_no_answer_in_time_is_not_found_out_again_at_once()
    {
        using var asked = NeverAnswers();
        using var index = Index(Quick with { TotalTimeout = TimeSpan.FromMilliseconds(50), Retries = 1 });
        var page = index.GetProjectAsync(Project("foo"), default);
        await asked.WaitAsync();
        _time.Advance(TimeSpan.FromMilliseconds(50));
        await page;

        _time.Advance(Quick.FreshTimeout - TimeSpan.FromTicks(1));
        Assert.Equal(FailureKind.Unavailable, (await index.GetProjectAsync(Project("foo"), default)).Failure?.Kind);
        Assert.Single(_upstream.Asked);

        _upstream.SaysJson(EmptyPage);
        Assert.Null((await index.GetProjectAsync(Project("bar"), default)).Failure);
    }

    [Fact]
    public async Task All_tries_together_have_an_end()
    {
        using var asked = NeverAnswers();
        using var index = Index(Quick with { AttemptTimeout = TimeSpan.FromMilliseconds(20), TotalTimeout = TimeSpan.FromMilliseconds(50), Retries = int.MaxValue });

        var page = index.GetProjectAsync(Project("foo"), default);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await asked.WaitAsync();
            _time.Advance(TimeSpan.FromMilliseconds(20));
        }

        Assert.Equal(FailureKind.Unavailable, (await page).Failure?.Kind);
    }

    [Fact]
    public async Task An_upstream_that_is_not_there_is_unavailable_and_no_request_waits_for_it_nor_is_it_said_twice()
    {
        var closed = _upstream.Index;
        await _upstream.DisposeAsync();
        using var index = Index(closed);
        for (var number = 0; number < 10; number++)
        {
            var failure = (await index.GetProjectAsync(Project($"foo{number}"), default)).Failure;

            Assert.Equal((FailureKind.Unavailable, TimeSpan.FromSeconds(1)), (failure?.Kind, failure?.RetryAfter));
            Assert.Contains("--extra_index_url=", failure?.Message, StringComparison.Ordinal);
        }

        var line = Assert.Single(_log.Lines);
        Assert.Contains("ConnectionRefused", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upstream_that_comes_back_is_found_by_a_request_that_does_not_wait_for_it()
    {
        var address = _upstream.Index;
        _upstream.SaysJson(OneFile);
        using var index = Index(address);
        var page = (await index.GetProjectAsync(Project("known"), default)).Value;
        await _upstream.DisposeAsync();
        _time.Advance(Quick.Fresh);
        await index.GetProjectAsync(Project("foo"), default);

        _upstream = await FakeUpstream.StartAsync(address.Port);
        _upstream.SaysJson(OneFile);
        Assert.Equal(FailureKind.Unavailable, (await index.GetProjectAsync(Project("foo"), default)).Failure?.Kind);
        Assert.Same(page, (await index.GetProjectAsync(Project("known"), default)).Value);
        Assert.Empty(_upstream.Asked);

        _time.Advance(Quick.FirstPause);
        Assert.Equal(FailureKind.Unavailable, (await index.GetProjectAsync(Project("bar"), default)).Failure?.Kind);
        while ((await index.GetProjectAsync(Project("foo"), default)).Failure is not null)
        {
            await Task.Yield();
        }

        Assert.Equal(["/simple/bar/", "/simple/foo/"], _upstream.Asked.Select(asked => asked.Path));
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public async Task A_connection_that_is_not_made_in_time_is_given_up_and_not_tried_again_at_once()
    {
        // Linux drops what comes when the backlog of a listener is full, as a firewall does.
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(0);
        using var first = new TcpClient();
        await first.ConnectAsync((IPEndPoint)deaf.LocalEndPoint!); // it is bound
        using var index = new UpstreamIndex(
            new Uri($"http://{deaf.LocalEndPoint}/simple/"), Quick with { ConnectTimeout = TimeSpan.FromMilliseconds(100) }, _time, _log);

        Assert.Contains("no connection in time", (await index.GetProjectAsync(Project("foo"), default)).Failure?.Message, StringComparison.Ordinal);
        Assert.Contains("no connection in time", (await index.GetProjectAsync(Project("bar"), default)).Failure?.Message, StringComparison.Ordinal);
        Assert.Single(_log.Lines);
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_said_to_be_one()
    {
        using var index = Index(new Uri("https://user:s3cret@upstream.invalid/simple/"));

        var message = (await index.GetProjectAsync(Project("foo"), default)).Failure?.Message;

        Assert.Contains("upstream.invalid cannot be reached: its name can't be resolved", message, StringComparison.Ordinal);
        Assert.All([message, .. _log.Lines], text => Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_index_that_is_not_what_its_URL_says_fails_at_TLS()
    {
        using var index = Index(new UriBuilder(_upstream.Index) { Scheme = "https" }.Uri);

        Assert.Contains("TLS fails", (await index.GetProjectAsync(Project("foo"), default)).Failure?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_that_fails_for_everything_takes_few_lines_of_the_log()
    {
        _upstream.Refuses(500);
        using var index = Index(Quick with { Retries = 1 });
        for (var number = 0; number < 6; number++)
        {
            Assert.Equal(FailureKind.Unavailable, (await index.GetProjectAsync(Project($"foo{number}"), default)).Failure?.Kind);
        }

        Assert.Single(_log.Lines);
        Assert.All(_log.Lines, line => Assert.DoesNotContain("   at ", line, StringComparison.Ordinal));

        _upstream.SaysJson(EmptyPage);
        Assert.Null((await index.GetProjectAsync(Project("bar"), default)).Failure);
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public async Task During_trouble_an_older_page_is_served_for_a_while_and_it_is_logged_once()
    {
        _upstream.SaysJson(OneFile);
        using var index = Index();
        var page = (await index.GetProjectAsync(Project("foo"), default)).Value;
        _upstream.Refuses(500);
        for (var minute = 1; minute < Quick.Stale.TotalMinutes; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            Assert.Same(page, (await index.GetProjectAsync(Project("foo"), default)).Value);
        }

        Assert.Single(_log.Lines);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(FailureKind.Unavailable, (await index.GetProjectAsync(Project("foo"), default)).Failure?.Kind);
        Assert.Single(_log.Lines);

        _time.Advance(TimeSpan.FromMinutes(1));
        _upstream.SaysJson(OneFile);
        Assert.Null((await index.GetProjectAsync(Project("foo"), default)).Failure);
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public async Task During_trouble_an_older_page_is_served_without_asking_each_time()
    {
        _upstream.SaysJson(OneFile);
        using var index = Index();
        await index.GetProjectAsync(Project("foo"), default);
        _upstream.Refuses(400);
        _time.Advance(Quick.Fresh);

        await index.GetProjectAsync(Project("foo"), default);
        await index.GetProjectAsync(Project("foo"), default);

        Assert.Equal(2, _upstream.Asked.Count);
    }

    [Fact]
    public async Task That_a_project_is_absent_is_not_claimed_during_trouble()
    {
        _upstream.Refuses(404);
        using var index = Index();
        await index.GetProjectAsync(Project("foo"), default);
        _upstream.Refuses(503);
        _time.Advance(Quick.FreshAbsence);

        Assert.Equal(FailureKind.Unavailable, (await index.GetProjectAsync(Project("foo"), default)).Failure?.Kind);
    }

    [Theory]
    [InlineData("application/vnd.pypi.simple.v1+json", "")]
    [InlineData("application/vnd.pypi.simple.v1+json", "<html>")]
    [InlineData("application/vnd.pypi.simple.v1+json", "null")]
    [InlineData("application/vnd.pypi.simple.v1+json", "[]")]
    [InlineData("application/vnd.pypi.simple.v1+json", "{}")]
    [InlineData("application/vnd.pypi.simple.v1+json", """{"meta":{"api-version":"1.0"},"files":null}""")]
    [InlineData("application/vnd.pypi.simple.v1+json", """{"meta":{"api-version":"1.0"},"files":[{"filename":"a.zip""")]
    [InlineData("application/vnd.pypi.simple.v1+json", """{"meta":{"api-version":"2.0"},"files":[]}""")]
    [InlineData("application/vnd.pypi.simple.v1+json", """{"meta":{"api-version":"nonsense"},"files":[]}""")]
    [InlineData("application/vnd.pypi.simple.v2+json", EmptyPage)]
    [InlineData("application/json", EmptyPage)]
    [InlineData("text/plain", EmptyPage)]
    [InlineData("nonsense", EmptyPage)]
    [InlineData("text/html", """<meta name="pypi:repository-version" content="2.0"><a href="a.zip">a.zip</a>""")]
    public async Task What_is_no_page_is_never_taken_for_one(string contentType, string body)
    {
        _upstream.Says(contentType, body);
        using var index = Index();

        Assert.Equal(FailureKind.BadGateway, (await index.GetProjectAsync(Project("foo"), default)).Failure?.Kind);
        Assert.Single(_upstream.Asked);
    }

    [Fact]
    public async Task JSON_that_is_nested_too_deep_is_no_page()
    {
        _upstream.SaysJson("{\"x\":" + new string('[', 1_000_000));
        using var index = Index();

        Assert.Equal(FailureKind.BadGateway, (await index.GetProjectAsync(Project("foo"), default)).Failure?.Kind);
    }

    [Theory]
    [InlineData("application/vnd.pypi.simple.v1+json", "")]
    [InlineData("text/html", "")]
    [InlineData("application/vnd.pypi.simple.v1+json", "gzip")]
    [InlineData("text/html", "gzip")]
    public async Task An_answer_that_is_too_long_is_not_read_to_its_end(string contentType, string encoding)
    {
        _upstream.Answer = async http =>
        {
            http.Response.ContentType = contentType;
            http.Response.Headers.ContentEncoding = encoding;
            var blanks = Encoding.UTF8.GetBytes(new string(' ', 8192));
            await using var packed = new System.IO.Compression.GZipStream(http.Response.Body, System.IO.Compression.CompressionLevel.Fastest);
            var body = encoding == "gzip" ? packed : http.Response.Body;
            while (true)
            {
                await body.WriteAsync(blanks, http.RequestAborted);
            }
        };
        using var index = Index(Quick with { MaxAnswerBytes = 100_000 });

        var failure = (await index.GetProjectAsync(Project("foo"), default)).Failure;

        Assert.Equal(FailureKind.BadGateway, failure?.Kind);
        Assert.Contains("larger", failure?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_packed_into_nothing_is_not_read_to_its_end_either()
    {
        _upstream.Answer = async http =>
        {
            http.Response.ContentType = "text/html";
            http.Response.Headers.ContentEncoding = "gzip";
            byte[] nothing = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]; // one member of a gzip file (RFC 1952)
            var often = Enumerable.Repeat(nothing, 500).SelectMany(member => member).ToArray();
            while (true)
            {
                await http.Response.Body.WriteAsync(often, http.RequestAborted);
            }
        };
        using var index = Index(Quick with { MaxAnswerBytes = 100_000 });

        Assert.Equal(FailureKind.BadGateway, (await index.GetProjectAsync(Project("foo"), default)).Failure?.Kind);
    }

    [Theory]
    [InlineData("application/vnd.pypi.simple.v1+json", "{\"files\":[", "{\"filename\":\"a.zip\",\"url\":\"a\"},")]
    [InlineData("application/vnd.pypi.simple.v1+json", "{\"files\":[", "0,")]
    [InlineData("application/vnd.pypi.simple.v1+json", "{\"files\":[],\"versions\":[", "\"{0}\",")]
    [InlineData("text/html", "", "<a href=a-1.0.zip>")]
    public async Task A_page_of_too_many_files_is_refused(string contentType, string start, string each)
    {
        _upstream.Says(contentType, start + string.Concat(Enumerable.Range(0, 100_001).Select(number => each.Replace("{0}", $"{number}", StringComparison.Ordinal))) + "0]}");
        using var index = Index();

        var failure = (await index.GetProjectAsync(Project("foo"), default)).Failure;

        Assert.Equal(FailureKind.BadGateway, failure?.Kind);
        Assert.Contains("100000 files", failure?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_too_many_files_is_refused_before_it_has_arrived()
    {
        var refused = new TaskCompletionSource();
        _upstream.Answer = async http =>
        {
            http.Response.ContentType = "application/vnd.pypi.simple.v1+json";
            await http.Response.WriteAsync("{\"files\":[" + string.Concat(Enumerable.Repeat("{\"filename\":\"a.zip\",\"url\":\"a\"},", 110_000)));
            await refused.Task;
        };
        using var index = Index();

        Assert.Equal(FailureKind.BadGateway, (await index.GetProjectAsync(Project("foo"), default)).Failure?.Kind);
        refused.SetResult();
    }

    [Theory]
    [InlineData(17_500, 3900, 0)]
    [InlineData(12_000, 0, 999)]
    public async Task A_short_page_does_not_become_a_long_one(int files, int lengthOfBase, int entities)
    {
        var each = $"<a href=a.zip data-yanked='{new string('&', entities)}'>";
        _upstream.Says("text/html", $"<base href='https://h/{new string('a', lengthOfBase)}/'>{string.Concat(Enumerable.Repeat(each, files))}");
        using var index = Index();

        var failure = (await index.GetProjectAsync(Project("foo"), default)).Failure;

        Assert.Equal(FailureKind.BadGateway, failure?.Kind);
        Assert.Contains("larger", failure?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/vnd.pypi.simple.v1+json")]
    [InlineData("text/html")]
    public async Task An_answer_that_is_cut_off_is_not_taken_for_a_whole_one(string contentType)
    {
        _upstream.Answer = async http =>
        {
            http.Response.ContentType = contentType;
            http.Response.ContentLength = 1000;
            await http.Response.WriteAsync("<a href='a.zip'>a.zip</a>");
            await http.Response.Body.FlushAsync();
            http.Abort();
        };
        using var index = Index();

        Assert.Equal(FailureKind.Unavailable, (await index.GetProjectAsync(Project("foo"), default)).Failure?.Kind);
        Assert.Equal(3, _upstream.Asked.Count);
    }

    [Fact]
    public async Task A_compressed_answer_that_is_cut_off_is_not_taken_for_a_whole_one()
    {
        var packed = SimplePage.Render(Pages.MyPkg).TextHtml.Gzip.Bytes;
        _upstream.Answer = async http =>
        {
            http.Response.ContentType = "text/html";
            http.Response.Headers.ContentEncoding = "gzip";
            await http.Response.Body.WriteAsync(packed[..^40]);
        };
        using var index = Index();

        Assert.Equal(FailureKind.BadGateway, (await index.GetProjectAsync(Project("foo"), default)).Failure?.Kind);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("nonsense")]
    public async Task An_answer_that_cannot_be_unpacked_is_nonsense(string encoding)
    {
        _upstream.Answer = http =>
        {
            http.Response.ContentType = "application/vnd.pypi.simple.v1+json";
            http.Response.Headers.ContentEncoding = encoding;
            return http.Response.Body.WriteAsync(new byte[] { 0x1f, 0xff, 0x00, 0x80 }).AsTask();
        };
        using var index = Index();

        Assert.Equal(FailureKind.BadGateway, (await index.GetProjectAsync(Project("foo"), default)).Failure?.Kind);
    }

    [Fact]
    public void An_upstream_is_an_HTTP_server() =>
        Assert.Throws<ArgumentException>(() => Index(new Uri("ftp://user:password@files.example/simple/")));

    [Fact]
    public async Task Links_count_from_where_a_redirect_led()
    {
        _upstream.Answer = http =>
        {
            http.Response.Redirect("/elsewhere/deep/foo/");
            _upstream.SaysJson(OneFile);
            return Task.CompletedTask;
        };
        using var index = Index();

        Assert.Equal(
            new Uri(_upstream.Index, "/elsewhere/files/foo-1.0.tar.gz"),
            (await FindAsync(index, Project("foo"), "foo-1.0.tar.gz")).Value);
    }

    [Theory]
    [InlineData("/simple/foo/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("http://[")]
    [InlineData("")]
    public async Task Redirects_that_lead_nowhere_are_not_followed(string location)
    {
        _upstream.Answer = http =>
        {
            http.Response.Redirect(location);
            return Task.CompletedTask;
        };
        using var index = Index();

        Assert.Equal(FailureKind.BadGateway, (await index.GetProjectAsync(Project("foo"), default)).Failure?.Kind);
        Assert.InRange(_upstream.Asked.Count, 1, 6);
    }

    [Fact]
    public async Task Credentials_in_the_URL_are_sent_to_its_origin_and_shown_nowhere()
    {
        await using var other = await FakeUpstream.StartAsync();
        _upstream.Answer = http =>
        {
            http.Response.Redirect(http.Request.Path == "/simple/foo/" ? "/again/foo/" : new Uri(other.Index, "foo/").AbsoluteUri);
            return Task.CompletedTask;
        };
        using var index = Index(new UriBuilder(_upstream.Index) { UserName = "us%40er", Password = "p%C3%A4ss%3Aword" }.Uri);

        var elsewhere = (await index.GetProjectAsync(Project("foo"), default)).Failure;
        _upstream.SaysJson(OneFile);
        var page = (await index.GetProjectAsync(Project("bar"), default)).Value;
        _upstream.Refuses(500);
        var failure = (await index.GetProjectAsync(Project("baz"), default)).Failure;

        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("us@er:päss:word"));
        Assert.Equal([basic, basic], _upstream.Asked.Take(2).Select(asked => asked.Headers.Authorization.ToString()));
        Assert.Equal(FailureKind.BadGateway, elsewhere?.Kind);
        Assert.Empty(other.Asked);
        Assert.All(
            [Pages.Text(SimplePage.Render(page.Page).Json), Pages.Text(SimplePage.Render(page.Page).TextHtml), elsewhere?.Message, failure?.Message, .. _log.Lines],
            text => Assert.DoesNotMatch("us@er|us%40er|ss:word|ss%3Aword", text));
    }

    [Fact]
    public async Task Credentials_in_the_links_of_a_page_are_not_handed_on()
    {
        _upstream.SaysJson("""{"files":[{"filename":"a.zip","url":"https://u:p@files.example:8443/a.zip"}]}""");
        using var index = Index();

        // As text: two URLs that differ in nothing but credentials are equal.
        Assert.Equal("https://files.example:8443/a.zip", (await FindAsync(index, Project("foo"), "a.zip")).Value.AbsoluteUri);
    }

    [Fact]
    public async Task Only_so_many_projects_are_remembered_and_the_latest_are()
    {
        _upstream.SaysJson(EmptyPage);
        using var index = Index(Quick with { MaxProjects = 8 });
        for (var number = 0; number < 20; number++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await index.GetProjectAsync(Project($"foo{number}"), default);
        }

        await index.GetProjectAsync(Project("foo19"), default);
        Assert.Equal(20, _upstream.Asked.Count);

        await index.GetProjectAsync(Project("foo0"), default);
        Assert.Equal(21, _upstream.Asked.Count);
    }

    [Fact]
    public async Task Only_so_many_files_are_remembered()
    {
        _upstream.SaysJson(OneFile);
        using var index = Index(Quick with { MaxFiles = 5 });
        for (var number = 0; number < 3; number++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await index.GetProjectAsync(Project($"foo{number}"), default);
        }

        await index.GetProjectAsync(Project("foo2"), default);
        Assert.Equal(3, _upstream.Asked.Count);

        await index.GetProjectAsync(Project("foo0"), default);
        Assert.Equal(4, _upstream.Asked.Count);
    }

    private static ProjectName Project(string name) =>
        ProjectName.TryParse(name, out var project) ? project : throw new ArgumentException(name);

    /// <summary>From now on. The semaphore is released for each request.</summary>
    private SemaphoreSlim NeverAnswers()
    {
        var asked = new SemaphoreSlim(0);
        _upstream.Answer = http =>
        {
            asked.Release();
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        };

        return asked;
    }

    private UpstreamIndex Index(UpstreamOptions? settings = null) => new(_upstream.Index, settings ?? Quick, _time, _log);

    /// <summary>Where clients are sent for a file.</summary>
    private static async Task<Outcome<Uri>> FindAsync(UpstreamIndex index, ProjectName name, string filename)
    {
        var project = await index.GetProjectAsync(name, default);

        return project.Failure is { } failure ? failure
            : project.Value.Find(filename) is not var (file, isMetadata) ? new Failure(FailureKind.NotFound, "There is no such file.")
            : ((Download.Redirect)(await index.OpenAsync(project.Value, file, isMetadata, default)).Value.Download).Location;
    }

    private UpstreamIndex Index(Uri index) => new(index, Quick, _time, _log);

    private sealed class ListLogger : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Lines)
            {
                Lines.Add($"{formatter(state, exception)} {exception}");
            }
        }
    }
}
