using PyWharf.Integration.Support;

namespace PyWharf.Integration.Upstream;

/// <summary>Two repositories of one server, of which one reserves names, and what the other index is told.</summary>
public sealed class ReservedNamesTests(ReservedNamesTests.Servers servers) : IClassFixture<ReservedNamesTests.Servers>, IDisposable
{
    private const string Config = ServerFixture.Config + """
        reserve = ["acme", "Acme_*"]

        [staging]
        type = "file_system"
        read_secret = "staging-read"
        write_secret = "staging-write"
        """;

    private readonly HttpClient _owner = servers.Server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
    private readonly HttpClient _other = servers.Server.Client("staging", "staging-read");

    public void Dispose()
    {
        _owner.Dispose();
        _other.Dispose();
    }

    [Theory]
    [InlineData("/simple/acme/")]
    [InlineData("/simple/acme-secret/")]
    [InlineData("/simple/acme-secret/acme_secret-1.0-py3-none-any.whl")]
    [InlineData("/simple/acme-secret/acme_secret-1.0-py3-none-any.whl.metadata")]
    [InlineData("/simple/ACME_Secret/acme_secret-1.0.tar.gz")]
    [InlineData("/simple/+simple/acme-secret/")]
    [InlineData("/legacy/+simple/acme-secret/acme_secret-1.0.tar.gz")]
    [InlineData("/pypi/acme-secret/json")]
    [InlineData("/pypi/acme-secret/1.0/json")]
    public async Task A_reserved_name_is_told_to_no_other_index_by_any_repository(string path)
    {
        foreach (var client in (HttpClient[])[_owner, _other])
        {
            (await client.AskAsync(path, ("Accept", Requests.Json))).With(404);
            (await client.AskAsync(path)).With(404);
        }

        Assert.DoesNotContain(servers.Upstream.Requests, request => request.Path.Contains("acme", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Who_asks_for_one_is_told_that_it_is_reserved_but_not_by_whom()
    {
        var answer = (await _other.AskAsync("/simple/acme-secret/")).With(404);

        Assert.Contains("reserved", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(ServerFixture.Repository, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reserved_name_can_be_published_and_stays_in_its_repository()
    {
        var wheel = Wheels.Build("acme-published", "1.0");
        (await _owner.UploadAsync(wheel)).With(200);

        Assert.Equal([wheel.Filename], await _owner.FilenamesAsync("acme-published"));
        (await _other.AskAsync("/simple/acme-published/")).With(404);
        (await _other.AskAsync($"/simple/acme-published/{wheel.Filename}")).With(404);
        Assert.DoesNotContain(servers.Upstream.Requests, request => request.Path.Contains("acme", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_that_is_merely_published_hides_nothing_from_other_repositories()
    {
        (await _owner.UploadAsync(Wheels.Build("up-html", "9.9"))).With(200);

        Assert.Equal(["up_html-1.0.tar.gz"], await _other.FilenamesAsync("up-html"));
    }

    [Theory]
    [InlineData("/simple/+simple/")]
    [InlineData("/legacy/+simple/")]
    [InlineData("/local/simple/+simple/")]
    public async Task What_hatch_asks_for_is_what_is_published_here(string alias)
    {
        (await _owner.AskAsync($"{alias}up-json/")).With(404);
        (await _owner.AskAsync($"{alias}up-json/up_json-2.0.tar.gz")).With(404);
        (await _owner.AskAsync("/simple/up-json/")).With(200);
    }

    /// <summary>The other index and the server that asks it.</summary>
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
            _server = await PyWharfProcess.StartAsync(_root.Path, Config, $"--extra_index_url={_upstream.Origin}simple/");
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
