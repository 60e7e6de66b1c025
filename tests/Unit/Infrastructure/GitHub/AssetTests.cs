using System.Net;
using System.Net.Http.Headers;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Support;
using static PyWharf.Unit.Infrastructure.GitHub.StubGitHub;

namespace PyWharf.Unit.Infrastructure.GitHub;

public sealed class AssetTests : IDisposable
{
    private const string Signature = "https://storage.test/f?X-Amz-Signature=s3cr3t";

    private static readonly Uri AssetUrl = new(Address + "/repos/o/r/releases/assets/7");

    private static readonly GitHubRelease Draft =
        new(5, "a-1.zip", "", true, null, new Uri("https://uploads.github.test/repos/o/r/releases/5/assets{?name,label}"), []);

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task An_upload_goes_where_the_release_says_with_its_length()
    {
        await File.WriteAllTextAsync(_file, "bytes");
        var github = new StubGitHub(Answer(201, Asset));

        var asset = await github.Api().UploadAssetAsync(Token, Draft, "a-1.0+local!x y.zip", _file, default);

        Assert.Equal(7, asset.Id);
        Assert.Equal(
            ("POST", "https://uploads.github.test/repos/o/r/releases/5/assets?name=a-1.0%2Blocal%21x%20y.zip"), (github.Last.Method, github.Last.Url));
        Assert.Equal(("5", "application/zip", "bytes"), (github.Last["Content-Length"], github.Last["Content-Type"], github.Last.Text));
        Assert.Equal("Bearer ghp_secretToken1", github.Last["Authorization"]);
    }

    [Fact]
    public async Task An_upload_is_sent_whole_again_after_a_rate_limit_and_after_nothing_else()
    {
        await File.WriteAllBytesAsync(_file, new byte[300_000]);
        var github = new StubGitHub(Answer(429, "", ("Retry-After", "1")), Answer(502));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().UploadAssetAsync(Token, Draft, "a-1.zip", _file, default));

        Assert.Equal(GitHubErrorKind.Unavailable, thrown.Kind);
        Assert.Equal([300_000, 300_000], github.Sent.Select(sent => sent.Body?.Length ?? 0));
    }

    [Theory]
    [InlineData("http://uploads.github.test/assets{?name,label}")]
    [InlineData("assets{?name,label}")]
    public async Task The_file_is_not_sent_to_an_unsafe_place(string url)
    {
        var github = new StubGitHub(Answer(201, Asset));

        await Assert.ThrowsAsync<GitHubException>(() => github.Api().UploadAssetAsync(
            Token, Draft with { UploadUrl = new Uri(url, UriKind.RelativeOrAbsolute) }, "a-1.zip", _file, default));

        Assert.Empty(github.Sent);
    }

    [Fact]
    public async Task An_upload_takes_as_long_as_it_moves()
    {
        await File.WriteAllBytesAsync(_file, new byte[10 * 128 * 1024]);
        var time = new SkippingTime();
        // Each part takes 90 s.
        var slow = new ReadingSockets(_ => time.Advance(TimeSpan.FromSeconds(90)), Answer(201, Asset));

        var asset = await Api(slow, time).UploadAssetAsync(Token, Draft, "a-1.zip", _file, default);

        Assert.Equal(7, asset.Id);
        Assert.Equal(10, slow.Parts);
    }

    [Fact]
    public async Task An_upload_that_does_not_move_ends()
    {
        await File.WriteAllBytesAsync(_file, new byte[10 * 128 * 1024]);
        var time = new SkippingTime();
        var stuck = new ReadingSockets(part => time.Advance(TimeSpan.FromSeconds(part == 3 ? 121 : 1)), Answer(201, Asset));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => Api(stuck, time).UploadAssetAsync(Token, Draft, "a-1.zip", _file, default));

        Assert.Equal(GitHubErrorKind.Unavailable, thrown.Kind);
        Assert.Equal(3, stuck.Parts);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(307)]
    public async Task A_redirect_to_the_storage_is_given_back_and_not_followed(int status)
    {
        var github = new StubGitHub(Answer(status, "", ("Location", Signature)));

        using var content = await github.Api().OpenAssetAsync(Token, AssetUrl, default);

        Assert.Equal(Signature, Assert.IsType<AssetContent.Redirect>(content).Location.AbsoluteUri);
        Assert.Equal("application/octet-stream", Assert.Single(github.Sent)["Accept"]);
        Assert.DoesNotContain("s3cr3t", content.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_storage_at_the_same_address_is_one_too()
    {
        var github = new StubGitHub(Answer(302, "", ("Location", "/storage/f?sig=1")));

        using var content = await github.Api().OpenAssetAsync(Token, AssetUrl, default);

        Assert.Equal(Address + "/storage/f?sig=1", Assert.IsType<AssetContent.Redirect>(content).Location.AbsoluteUri);
    }

    [Fact]
    public async Task The_bytes_may_also_come_at_once()
    {
        var github = new StubGitHub(() => new HttpResponseMessage { Content = new ByteArrayContent([1, 2, 3]) });

        using var content = await github.Api().OpenAssetAsync(Token, AssetUrl, default);

        Assert.Equal([1, 2, 3], await Assert.IsType<AssetContent.Direct>(content).Response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task An_asset_that_is_not_there_is_not_found()
    {
        var api = new StubGitHub(Message(404, "Not Found")).Api();

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => api.OpenAssetAsync(Token, AssetUrl, default));

        Assert.Equal(GitHubErrorKind.NotFound, thrown.Kind);
        Assert.Null(await api.FindAssetAsync(Token, AssetUrl, default));
    }

    [Theory]
    [InlineData("http://storage.test/f")]
    [InlineData("file:///etc/passwd")]
    public async Task An_unsafe_storage_is_not_passed_on(string location)
    {
        var github = new StubGitHub(Answer(302, "", ("Location", location)));

        await Assert.ThrowsAsync<GitHubException>(() => github.Api().OpenAssetAsync(Token, AssetUrl, default));
    }

    /// <summary>Everybody who may write to the repository can edit the index.</summary>
    [Theory]
    [InlineData("https://evil.test/repos/o/r/releases/assets/7")]
    [InlineData("http://api.github.test/repos/o/r/releases/assets/7")]
    [InlineData("https://api.github.test@evil.test/repos/o/r/releases/assets/7")]
    [InlineData("https://api.github.test/user")]
    [InlineData("https://api.github.test/user?x=/releases/assets/7")]
    [InlineData("https://api.github.test/repos/o/r/releases/assets/7/../../../../../user")]
    [InlineData("/repos/o/r/releases/assets/7")]
    public async Task The_token_is_not_shown_to_a_place_that_an_index_invents(string url)
    {
        var github = new StubGitHub(Json(Asset));

        var thrown = await Assert.ThrowsAsync<GitHubException>(
            () => github.Api().OpenAssetAsync(Token, new Uri(url, UriKind.RelativeOrAbsolute), default));
        await Assert.ThrowsAsync<GitHubException>(() => github.Api().FindAssetAsync(Token, new Uri(url, UriKind.RelativeOrAbsolute), default));

        Assert.Equal(GitHubErrorKind.Invalid, thrown.Kind);
        Assert.Empty(github.Sent);
    }

    [Fact]
    public async Task An_asset_is_deleted()
    {
        var github = new StubGitHub(Answer(204));

        await github.Api().DeleteAssetAsync(Token, 7, default);

        Assert.Equal(("DELETE", AssetUrl.AbsoluteUri), (github.Last.Method, github.Last.Url));
    }

    [Fact]
    public async Task A_signed_URL_is_fetched_without_a_token_and_with_the_range()
    {
        var github = new StubGitHub(Answer(206, "ytes"));

        using var response = await github.Api().FetchSignedAsync(new Uri(Signature), new RangeHeaderValue(1, 4), default);

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal("bytes=1-4", github.Last["Range"]);
        Assert.Equal(["Range", "User-Agent"], github.Last.Headers.Keys.Order());
    }

    [Fact]
    public async Task A_range_past_the_end_is_an_answer()
    {
        using var response = await new StubGitHub(Answer(416)).Api().FetchSignedAsync(new Uri(Signature), new RangeHeaderValue(9, 9), default);

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
    }

    [Theory]
    [InlineData(403, nameof(GitHubErrorKind.Forbidden))]
    [InlineData(404, nameof(GitHubErrorKind.NotFound))]
    [InlineData(503, nameof(GitHubErrorKind.Unavailable))]
    public async Task A_signed_URL_is_in_no_message(int status, string kind)
    {
        var github = new StubGitHub(Answer(status, $"<Error>{Signature}</Error>"));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().FetchSignedAsync(new Uri(Signature), null, default));

        Assert.Equal(kind, thrown.Kind.ToString());
        Assert.DoesNotContain("s3cr3t", thrown + string.Concat(github.Lines), StringComparison.Ordinal);
    }

    private static GitHubApi Api(HttpMessageHandler sockets, TimeProvider time) =>
        new(GitHubHttpClients.Create(sockets, time, new LogLines()), new Uri(Address), "o", "r", time);

    /// <summary>Reads a request body in parts.</summary>
    private sealed class ReadingSockets(Action<int> onPart, Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        public int Parts { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await (request.Content ?? throw new InvalidOperationException("There is no body."))
                .CopyToAsync(new PartStream(this, onPart), cancellationToken);

            return answer();
        }

        private sealed class PartStream(ReadingSockets sockets, Action<int> onPart) : MemoryStream
        {
            public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
            {
                onPart(++sockets.Parts);
                cancellationToken.ThrowIfCancellationRequested();
                return ValueTask.CompletedTask;
            }
        }
    }
}
