using System.Net.Http.Headers;
using System.Text.Json;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Tokens;

/// <summary><c>/api/tokens</c>: what is made, who may make it, and what it opens.</summary>
public sealed class TokenApiTests : IAsyncLifetime, IDisposable
{
    private const string Config = """
        [local]
        type = "file_system"
        read_secret = "r3ad"
        write_secret = "wr1te"

        [strict]
        type = "file_system"
        read_secret = "r3ad-strict"
        write_secret = "wr1te-strict"

        [strict.policy]
        deletion = "admin"

        [local.tokens.configured]
        sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
        projects = ["billing"]

        """;

    private readonly TempFolder _root = new();
    private PyWharfProcess? _server;
    private HttpClient? _writer;

    private PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

    private HttpClient Writer => _writer ??= Server.Client("local", "wr1te");

    public async Task InitializeAsync() => _server = await PyWharfProcess.StartAsync(_root.Path, Config);

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _writer?.Dispose();
        _server?.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task A_token_is_told_once_and_listed_without_its_text()
    {
        var created = await PostAsync(Writer, new { name = "CI", permission = "write", projects = (string[])["Billing", "b_*"], reads = (string[])["*"], networks = (string[])["127.0.0.1", "::1"], expires = "2126-06-30" });

        Assert.Equal("no-store", created.With(201)["Cache-Control"]);
        var text = TextOf(created);
        Assert.Matches("^pyw_[0-9A-Za-z]{38}$", text);

        var listed = (await Writer.AskAsync("/api/tokens/")).With(200);
        var tokens = listed.Json.GetProperty("tokens").EnumerateArray().ToList();
        Assert.Equal(["ci", "configured"], tokens.Select(token => token.GetProperty("name").GetString()));
        Assert.Matches(
            """^\{"repository":"local","name":"ci","permission":"write","projects":\["billing","b-\*"],"reads":\["\*"],"networks":\["127.0.0.1/32","::1/128"],"expires":"2126-06-30T23:59:59Z","created":"20[-0-9T:]{17}Z","last_used":null,"source":"root"}$""",
            tokens[0].GetRawText());
        Assert.Equal(
            """{"repository":"local","name":"configured","permission":"read","projects":["billing"],"reads":["billing"],"networks":[],"expires":null,"created":null,"last_used":null,"source":"config"}""",
            tokens[1].GetRawText());
        Assert.Equal("no-store", listed["Cache-Control"]);
        Assert.DoesNotContain(text, listed.Text + Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_opens_at_once_and_is_refused_at_once_when_it_is_revoked()
    {
        var token = TextOf((await PostAsync(Writer, new { name = "ci", permission = "write" })).With(201));
        using var client = Server.Client("whoever", token);
        using var bearer = Bearer(token);

        (await client.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        (await bearer.AskAsync("/local/simple/demo/")).With(200);
        Assert.Contains("permission write: this takes admin", (await client.AskAsync("/api/tokens")).With(403).Text, StringComparison.Ordinal);

        Assert.Equal("""{"repository":"local","name":"ci","revoked":true}""", (await Writer.AskAsync(HttpMethod.Delete, "/local/api/tokens/CI")).With(200).Text);
        (await client.AskAsync("/simple/demo/")).With(401);
        (await bearer.AskAsync("/local/simple/demo/")).With(401);
        (await Writer.AskAsync(HttpMethod.Delete, "/api/tokens/ci")).With(404);
        Assert.NotEqual(token, TextOf((await PostAsync(Writer, new { name = "ci" })).With(201)));
    }

    [Fact]
    public async Task The_day_of_the_last_use_is_listed_also_after_a_restart()
    {
        var token = TextOf((await PostAsync(Writer, new { name = "ci" })).With(201));
        using (var client = Server.Client("ci", token))
        {
            (await client.AskAsync("/simple/")).With(200);
        }

        Assert.Matches("\"last_used\":\"20[0-9-]{8}\"", (await Writer.AskAsync("/api/tokens")).Text);
        await Server.TerminateAsync();
        using var again = await PyWharfProcess.StartAsync(_root.Path, Config);
        using var writer = again.Client("local", "wr1te");

        Assert.Matches("\"last_used\":\"20[0-9-]{8}\"", (await writer.AskAsync("/api/tokens")).Text);
    }

    [Fact]
    public async Task What_can_not_be_made_is_refused_in_a_sentence()
    {
        (await PostAsync(Writer, new { name = "taken" })).With(201);

        foreach (var (body, status, sentence) in new[]
        {
            ("""{"name": "configured"}""", 409, "The repository local has a token configured"),
            ("""{"name": "Taken"}""", 409, "The repository local has a token taken"),
            ("""{"name": "a b"}""", 400, "A token name consists of"),
            ("", 400, "A token name must not be empty."),
            ("{}", 400, "A token name must not be empty."),
            ("null", 400, "The body must be a JSON object"),
            ("[]", 400, "The body must be a JSON object"),
            ("""{"name": "x", "Expiry": "90d"}""", 400, "The body must be a JSON object"),
            ("""{"name": "x", "name": "y"}""", 400, "The body must be a JSON object"),
            ("""{"name": "x", "projects": "billing"}""", 400, "The body must be a JSON object"),
            ("""{"name": "x", "projects": []}""", 400, "A token is for one project at least"),
            ("""{"name": "x", "projects": ["a/b"]}""", 400, "projects: this pattern matches no project"),
            ("""{"name": "x", "permission": "owner"}""", 400, "The permission of a token is read, write or admin."),
            ("""{"name": "x", "expires": "soon"}""", 400, "expires must be a date"),
            ("""{"name": "x", "expires": "2001-01-01"}""", 400, "The token would have ended already."),
            ("""{"name": "x", "networks": ["10.1.2.3/8"]}""", 400, "One of networks has bits behind its prefix"),
        })
        {
            Assert.StartsWith(sentence, (await PostAsync(Writer, body)).With(status).Text, StringComparison.Ordinal);
        }

        Assert.Equal(2, await CountAsync(Writer));
    }

    [Fact]
    public async Task A_body_is_bounded()
    {
        var answer = await PostAsync(Writer, $$"""{"name": "x", "expires": "{{new string('9', 100_000)}}"}""");

        Assert.StartsWith("The body must be a JSON object", answer.With(400).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_the_configuration_is_revoked_there()
    {
        var answer = (await Writer.AskAsync(HttpMethod.Delete, "/api/tokens/configured")).With(409);

        Assert.Contains("remove [local.tokens.configured] there", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_admins_know_of_tokens()
    {
        using var reader = Server.Client("local", "r3ad");
        using var nobody = Server.Client();
        using var strict = Server.Client("strict", "wr1te-strict");
        foreach (var (client, status) in new[] { (reader, 403), (nobody, 401), (strict, 403) })
        {
            (await client.AskAsync("/api/tokens")).With(status);
            (await PostAsync(client, new { name = "x" })).With(status);
            (await client.AskAsync(HttpMethod.Delete, "/api/tokens/configured")).With(status);
        }
    }

    [Fact]
    public async Task A_limited_admin_makes_sees_and_revokes_no_more_than_itself()
    {
        (await PostAsync(Writer, new { name = "everything" })).With(201);
        (await PostAsync(Writer, new { name = "for-ever", projects = (string[])["billing"] })).With(201);
        var limited = TextOf((await PostAsync(Writer, new { name = "lead", permission = "admin", projects = (string[])["billing", "billing-*"], expires = "30d", networks = (string[])["127.0.0.0/8", "::1"] })).With(201));
        using var lead = Server.Client("lead", limited);

        foreach (var (wider, why) in new (object, string)[]
        {
            (new { name = "x" }, "it is for billing, billing-*"),
            (new { name = "x", projects = (string[])["*"] }, "it is for billing, billing-*"),
            (new { name = "x", projects = (string[])["billing", "other"] }, "it is for billing, billing-*"),
            (new { name = "x", projects = (string[])["billing*"] }, "it is for billing, billing-*"),
            (new { name = "x", projects = (string[])["billing"], reads = (string[])["*"] }, "it is for billing, billing-*"),
            (new { name = "x", projects = (string[])["billing"], expires = "31d" }, "it ends at "),
            (new { name = "x", projects = (string[])["billing"], networks = (string[])["10.0.0.0/8"] }, "it is for the networks 127.0.0.0/8"),
            (new { name = "x", projects = (string[])["billing"], networks = (string[])["0.0.0.0/0"] }, "it is for the networks 127.0.0.0/8"),
        })
        {
            var refused = (await PostAsync(lead, wider)).With(403);
            Assert.StartsWith("The token lead makes and revokes only tokens that are good for no more than itself: ", refused.Text, StringComparison.Ordinal);
            Assert.Contains(why, refused.Text, StringComparison.Ordinal);
        }

        var made = (await PostAsync(lead, new { name = "ci", permission = "write", projects = (string[])["billing-*"] })).With(201).Json;
        Assert.Equal(["127.0.0.0/8", "::1/128"], made.GetProperty("networks").EnumerateArray().Select(network => network.GetString()));
        Assert.NotEqual(JsonValueKind.Null, made.GetProperty("expires").ValueKind);

        // The names of what it does not see are taken all the same.
        (await PostAsync(lead, new { name = "everything", projects = (string[])["billing"] })).With(409);
        Assert.Equal(
            ["ci", "configured", "for-ever", "lead"],
            (await lead.AskAsync("/api/tokens")).With(200).Json.GetProperty("tokens").EnumerateArray().Select(token => token.GetProperty("name").GetString()));
        (await lead.AskAsync(HttpMethod.Delete, "/api/tokens/everything")).With(403);
        (await lead.AskAsync(HttpMethod.Delete, "/api/tokens/for-ever")).With(403);
        (await lead.AskAsync(HttpMethod.Delete, "/api/tokens/ci")).With(200);
    }

    [Fact]
    public async Task A_session_needs_its_CSRF_token_and_ends_with_the_token_that_opened_it()
    {
        var token = TextOf((await PostAsync(Writer, new { name = "alice", permission = "admin" })).With(201));
        using var browser = new Browser(Server);
        (await browser.LogInAsync("local", token)).With(303);
        using var client = Server.Client();
        client.DefaultRequestHeaders.Add("Cookie", $"{Browser.SessionCookie}={browser.Session}");

        (await client.AskAsync("/api/tokens")).With(200);
        Assert.Contains("CSRF", (await client.AskAsync(HttpMethod.Delete, "/api/tokens/alice")).With(403).Text, StringComparison.Ordinal);
        Assert.Contains("CSRF", (await PostAsync(client, new { name = "x" })).With(403).Text, StringComparison.Ordinal);

        (await Writer.AskAsync(HttpMethod.Delete, "/api/tokens/alice")).With(200);
        (await client.AskAsync("/api/tokens")).With(401);
    }

    [Fact]
    public async Task What_is_made_and_revoked_is_in_the_audit_log_by_its_name()
    {
        var token = TextOf((await PostAsync(Writer, new { name = "ci" })).With(201));
        (await Writer.AskAsync(HttpMethod.Delete, "/api/tokens/ci")).With(200);

        var lines = await File.ReadAllLinesAsync(Path.Combine(_root.Path, "log", "audit.jsonl"));

        Assert.Contains(lines, line => line.Contains("\"event\":\"token_created\"", StringComparison.Ordinal) && line.Contains("\"token\":\"ci\"", StringComparison.Ordinal) && line.Contains("\"address\":\"127.0.0.1\"", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("\"event\":\"token_revoked\"", StringComparison.Ordinal) && line.Contains("\"write secret\"", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain(token, line, StringComparison.Ordinal));
    }

    private static Task<Answer> PostAsync(HttpClient client, object body) => PostAsync(client, JsonSerializer.Serialize(body));

    private static async Task<Answer> PostAsync(HttpClient client, string body)
    {
        using var content = new StringContent(body);

        return await Answer.ReadAsync(await client.PostAsync("/api/tokens", content));
    }

    private static async Task<int> CountAsync(HttpClient client) => (await client.AskAsync("/api/tokens")).With(200).Json.GetProperty("tokens").GetArrayLength();

    private static string TextOf(Answer created) => created.Json.GetProperty("token").GetString() ?? "";

    private HttpClient Bearer(string token)
    {
        var client = Server.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        return client;
    }
}
