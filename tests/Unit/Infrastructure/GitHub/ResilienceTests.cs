using System.Net;
using System.Text;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Support;
using static PyWharf.Unit.Infrastructure.GitHub.StubGitHub;

namespace PyWharf.Unit.Infrastructure.GitHub;

public class ResilienceTests
{
    private static readonly Func<HttpResponseMessage> Good = Json("""{"login":"u"}""");

    private static readonly TimeSpan HangGuard = TimeSpan.FromMinutes(1);

    /// <summary>Transient errors.</summary>
    public static TheoryData<string> Passing => [.. Troubles.Keys];

    private static readonly Dictionary<string, Func<HttpResponseMessage>> Troubles = new()
    {
        ["500"] = Message(500, "Server Error"),
        ["502 in HTML"] = Answer(502, "<html>Bad gateway</html>"),
        ["503"] = Answer(503),
        ["504"] = Answer(504, "{"),
        ["no connection"] = Throws(new HttpRequestException(HttpRequestError.ConnectionError)),
        ["no connection in time"] = Throws(new TaskCanceledException("", new TimeoutException())),
        ["reset"] = Throws(new HttpRequestException("reset", new IOException())),
        ["cut in the middle"] = () => new HttpResponseMessage { Content = new CutContent() },
        ["a proxy's page"] = Json("<html>Please log in</html>"),
        ["half of an answer"] = Json("""{"login":"""),
        ["nothing"] = Json(""),
        ["not UTF-8"] = () => new HttpResponseMessage { Content = new ByteArrayContent([0x7B, 0x22, 0xFF, 0x00, 0x22]) },
    };

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task A_read_is_repeated_until_it_works(string trouble)
    {
        var github = new StubGitHub(Troubles[trouble], Troubles[trouble], Good);

        var user = await github.Api().GetUserAsync(Token, default);

        Assert.Equal("u", user.Login);
        Assert.Equal(3, github.Sent.Count);
        Assert.Equal(2, github.Time.Waits.Count);
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task A_read_is_not_repeated_for_ever(string trouble)
    {
        var github = new StubGitHub(Troubles[trouble]);

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().GetUserAsync(Token, default));

        Assert.Equal(GitHubErrorKind.Unavailable, thrown.Kind);
        Assert.Equal(5, github.Sent.Count);
        Assert.All(github.Time.Waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task A_write_is_sent_once(string trouble)
    {
        var github = new StubGitHub(Troubles[trouble], Json(Release(1)));
        var api = github.Api();

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => api.CreateDraftAsync(Token, "a-1.zip", "", default));

        Assert.Equal(GitHubErrorKind.Unavailable, thrown.Kind);
        Assert.Single(github.Sent);
        Assert.Empty(github.Time.Waits);
    }

    [Fact]
    public async Task Waits_become_longer()
    {
        // Jittered, so that only the first and the last can be compared, and of many requests.
        var (first, last) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var i = 0; i < 50; i++)
        {
            var github = new StubGitHub(Answer(503));
            await Assert.ThrowsAsync<GitHubException>(() => github.Api().GetUserAsync(Token, default));

            Assert.InRange(github.Time.Waits[0], TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(3));
            first += github.Time.Waits[0];
            last += github.Time.Waits[^1];
        }

        Assert.True(last > first);
    }

    [Fact]
    public async Task Retry_after_is_how_long_is_waited()
    {
        var github = new StubGitHub(Answer(503, "", ("Retry-After", "7")), Good);

        await github.Api().GetUserAsync(Token, default);

        Assert.Equal([TimeSpan.FromSeconds(7)], github.Time.Waits);
    }

    [Fact]
    public async Task A_long_retry_after_is_passed_on()
    {
        var github = new StubGitHub(Answer(503, "", ("Retry-After", "120")), Good);

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().GetUserAsync(Token, default));

        Assert.Equal((GitHubErrorKind.Unavailable, TimeSpan.FromMinutes(2)), (thrown.Kind, thrown.RetryAfter));
        Assert.Single(github.Sent);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(422)]
    [InlineData(501)]
    public async Task What_will_be_the_same_is_not_asked_again(int status)
    {
        var github = new StubGitHub(Answer(status));

        await Assert.ThrowsAsync<GitHubException>(() => github.Api().GetUserAsync(Token, default));

        Assert.Single(github.Sent);
    }

    [Fact]
    public async Task An_attempt_that_hangs_ends_after_30_s_and_is_repeated()
    {
        var sockets = new HangingOnce();
        var time = new SkippingTime();
        var api = new GitHubApi(GitHubHttpClients.Create(sockets, time, new LogLines()), new Uri(Address), "o", "r", time);

        var asking = api.GetUserAsync(Token, default);
        await sockets.Hangs.Task;
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(sockets.IsGivenUp);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("u", (await asking.WaitAsync(HangGuard)).Login);
    }

    [Fact]
    public async Task Whoever_hangs_up_is_not_told_that_GitHub_is_in_trouble()
    {
        using var hangingUp = new CancellationTokenSource();
        var sockets = new HangingOnce();
        var time = new SkippingTime();
        var api = new GitHubApi(GitHubHttpClients.Create(sockets, time, new LogLines()), new Uri(Address), "o", "r", time);

        var asking = api.GetUserAsync(Token, hangingUp.Token);
        await sockets.Hangs.Task;
        await hangingUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.WaitAsync(HangGuard));
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_its_end()
    {
        var github = new StubGitHub(() => new HttpResponseMessage { Content = new EndlessContent() });

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().GetUserAsync(Token, default));

        Assert.Equal(GitHubErrorKind.Unavailable, thrown.Kind);
        Assert.Contains("larger", thrown.Message, StringComparison.Ordinal);
        Assert.Single(github.Sent);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"login":null}""")]
    [InlineData("""{"login":5}""")]
    public async Task JSON_that_is_not_what_was_asked_for_is_nonsense(string body)
    {
        var github = new StubGitHub(Json(body));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().GetUserAsync(Token, default));

        Assert.Equal(GitHubErrorKind.Unavailable, thrown.Kind);
    }

    [Fact]
    public async Task JSON_of_any_depth_is_survived()
    {
        var github = new StubGitHub(Json(new string('[', 1_000_000)));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().GetUserAsync(Token, default));

        Assert.Equal(GitHubErrorKind.Unavailable, thrown.Kind);
    }

    private sealed class HangingOnce : HttpMessageHandler
    {
        public TaskCompletionSource Hangs { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsGivenUp { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!Hangs.Task.IsCompleted)
            {
                var never = new TaskCompletionSource();
                await using var registration = cancellationToken.Register(() =>
                {
                    IsGivenUp = true;
                    never.SetCanceled(cancellationToken);
                });
                Hangs.SetResult();
                await never.Task;
            }

            return Good();
        }
    }

    private sealed class CutContent : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes("""{"login":"""));
            throw new HttpIOException(HttpRequestError.ResponseEnded);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class EndlessContent : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var spaces = new byte[1024 * 1024];
            while (true)
            {
                await stream.WriteAsync(spaces);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
