using PyWharf.Integration.Support;

namespace PyWharf.Integration.Upstream;

public sealed class UpstreamFallbackTests(UpstreamFallbackTests.Servers servers) : IClassFixture<UpstreamFallbackTests.Servers>, IDisposable
{
    private readonly HttpClient _client = servers.Server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task A_project_that_is_not_here_is_upstreams()
    {
        var json = await _client.ProjectAsync("up-json");
        var html = (await _client.AskAsync("/simple/up-json/")).With(200);

        Assert.Equal(["1.0", "2.0"], json.GetProperty("versions").EnumerateArray().Select(version => version.GetString()));
        var wheel = json.GetProperty("files")[0];
        Assert.Equal($"{servers.Upstream.Origin}files/up_json-1.0-py3-none-any.whl", wheel.GetProperty("url").GetString());
        Assert.Equal(new string('a', 64), wheel.GetProperty("hashes").GetProperty("sha256").GetString());
        Assert.Equal(">=3.8", wheel.GetProperty("requires-python").GetString());
        Assert.Equal("2020-01-02T03:04:05.678901Z", wheel.GetProperty("upload-time").GetString());
        Assert.Equal("bad <b>", json.GetProperty("files")[1].GetProperty("yanked").GetString());
        var anchors = IndexAnchor.AllOf(html.Text);
        Assert.Equal($"{servers.Upstream.Origin}files/up_json-2.0.tar.gz#sha256={new string('b', 64)}", anchors.Single(anchor => anchor.Text == "up_json-2.0.tar.gz").Href);
        Assert.Contains("data-yanked=\"bad &lt;b&gt;\"", anchors.Single(anchor => anchor.Text == "up_json-2.0.tar.gz").Attributes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upstream_of_html_is_json_for_who_wants_it()
    {
        var file = Assert.Single((await _client.ProjectAsync("up-html")).GetProperty("files").EnumerateArray());

        Assert.Equal($"{servers.Upstream.Origin}files/up_html-1.0.tar.gz", file.GetProperty("url").GetString());
        Assert.Equal(">=3.7", file.GetProperty("requires-python").GetString());
    }

    [Theory]
    [InlineData("up_json-1.0-py3-none-any.whl")]
    [InlineData("up_json-1.0-py3-none-any.whl.metadata")]
    [InlineData("up_json-2.0.tar.gz")]
    public async Task A_file_of_upstreams_is_fetched_there(string filename)
    {
        Assert.Equal($"{servers.Upstream.Origin}files/{filename}", (await _client.AskAsync($"/simple/up-json/{filename}")).With(302)["Location"]);
    }

    [Theory]
    [InlineData("up_json-3.0.tar.gz")]
    [InlineData("up_json-2.0.tar.gz.metadata")]
    public async Task A_file_that_upstream_does_not_list_is_404(string filename)
    {
        (await _client.AskAsync($"/simple/up-json/{filename}")).With(404);
    }

    [Fact]
    public async Task A_project_that_is_nowhere_is_404()
    {
        (await _client.AskAsync("/simple/nowhere/")).With(404);
    }

    [Fact]
    public async Task A_project_that_is_here_is_never_asked_for_nor_mixed()
    {
        var wheel = Wheels.Build("taken-over", "0.1");
        (await _client.UploadAsync(wheel)).With(200);

        Assert.Equal([wheel.Filename], await _client.FilenamesAsync("taken-over"));
        (await _client.AskAsync("/simple/taken-over/up_html-1.0.tar.gz")).With(404);
        Assert.DoesNotContain(servers.Upstream.Requests, request => request.Path.Contains("taken-over", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Upstream_learns_neither_secrets_nor_what_strangers_ask_for()
    {
        using var nobody = servers.Server.Client();
        using var wrong = servers.Server.Client(ServerFixture.Repository, "wrong");
        (await nobody.AskAsync("/simple/strangers-ask/")).With(401);
        (await wrong.AskAsync("/simple/strangers-ask/strangers_ask-1.0.tar.gz")).With(401);
        (await _client.AskAsync("/simple/up-json/")).With(200);

        Assert.DoesNotContain(servers.Upstream.Requests, request => request.Path.Contains("strangers-ask", StringComparison.Ordinal));
        Assert.All(servers.Upstream.Requests, request => Assert.Equal("", request.Authorization));
    }

    [Theory]
    [InlineData("up-broken")]
    [InlineData("up-nonsense")]
    [InlineData("up-gone")]
    public async Task Trouble_upstream_is_no_404_and_no_empty_page(string project)
    {
        (await _client.UploadAsync(Wheels.Build("still-here", "1.0"))).With(200);

        var answer = await _client.AskAsync($"/simple/{project}/", ("Accept", Requests.Json));

        Assert.True(answer.Status is 502 or 503, answer.ToString());
        Assert.NotNull(answer["Retry-After"]);
        Assert.DoesNotContain("Traceback", answer.Text, StringComparison.Ordinal);
        (await _client.AskAsync("/simple/still-here/")).With(200);
    }

    [Fact]
    public async Task An_upstream_that_is_down_is_no_404_and_what_is_here_goes_on()
    {
        using var root = new TempFolder();
        using var server = await PyWharfProcess.StartAsync(root.Path, ServerFixture.Config, "--extra_index_url=http://reader:s3cret@127.0.0.1:1/simple/");
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var wheel = Wheels.Build("still-here", "1.0");
        (await client.UploadAsync(wheel)).With(200);

        foreach (var path in (string[])["/simple/elsewhere/", "/simple/elsewhere/elsewhere-1.0.tar.gz"])
        {
            var answer = await client.AskAsync(path);

            Assert.Equal((503, "1"), (answer.Status, answer["Retry-After"]));
        }

        Assert.Single(server.Log.Split('\n'), line => line.Contains("cannot be reached", StringComparison.Ordinal));
        (await client.AskAsync("/simple/")).With(200);
        (await client.AskAsync("/simple/still-here/")).With(200);
        (await client.AskAsync($"/simple/still-here/{wheel.Filename}")).With(200);
        Assert.Contains("are asked for at http://127.0.0.1:1/simple/; --extra_index_url= switches that off", server.Log, StringComparison.Ordinal);
        Assert.Contains("The password in --extra_index_url opens the pages of http://127.0.0.1:1/simple/ only", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", server.Log, StringComparison.Ordinal);
    }

    /// <summary>An upstream index and the server that asks it.</summary>
    public sealed class Servers : IAsyncLifetime, IDisposable
    {
        private readonly TempFolder _root = new();
        private FakeIndex? _upstream;
        private PyWharfProcess? _server;

        internal FakeIndex Upstream => _upstream ?? throw new InvalidOperationException("It has not started yet.");

        internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

        /// <inheritdoc/>
        public async Task InitializeAsync()
        {
            _upstream = await FakeIndex.StartAsync();
            _server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config, $"--extra_index_url={_upstream.Origin}simple/");
        }

        /// <inheritdoc/>
        public async Task DisposeAsync()
        {
            if (_upstream is not null)
            {
                await _upstream.DisposeAsync();
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            _server?.Dispose();
            _root.Dispose();
        }
    }
}
