using System.Net;
using System.Text.RegularExpressions;
using PyWharf.Application.Access;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

/// <summary><c>/{repository}/tokens/</c>: an admin makes, lists and revokes tokens in a browser.</summary>
public sealed partial class TokenPageTests(TokenPageTests.Fixture running) : IClassFixture<TokenPageTests.Fixture>, IDisposable
{
    private const string Tokens = "/local/tokens/";

    private readonly Browser _admin = new(running.Server);
    private readonly HttpClient _writer = running.Server.Client("local", "wr1te");

    public void Dispose()
    {
        _admin.Dispose();
        _writer.Dispose();
    }

    [FactWhen(Needs.Twine)]
    public async Task A_token_is_shown_once_and_its_lines_are_what_twine_needs()
    {
        await _admin.LogInAsync("local", "wr1te");

        var page = (await MakeAsync(_admin, ("name", " Twine "), ("permission", "write"), ("projects", "made, made-*"), ("expires", "30d"))).With(200);
        var token = TokenIn(page);

        Assert.Equal("no-store", page["Cache-Control"]);
        Assert.DoesNotContain(token, (await _admin.VisitAsync(Tokens)).With(200).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(token, running.Server.Log + await File.ReadAllTextAsync(WrittenEvents.PathIn(running.Root)), StringComparison.Ordinal);
        Assert.Contains(WrittenEvents.Of(running.Root, "token_created"), line => line.Text("token") == "twine" && line.Actor() == "session write secret");

        using var user = new PythonUser();
        await File.WriteAllTextAsync(user.At(".pypirc"), Blocks(page).Single(text => text.StartsWith("[distutils]", StringComparison.Ordinal)));
        (await user.RunAsync(PythonClients.Twine ?? "", ["upload", "--disable-progress-bar", "-r", "local", Wheels.Build("made", "1.0").WriteTo(user.Home)])).Succeeded();
        (await running.Server.Client("any", token).AskAsync("/simple/made/")).With(200);
    }

    [Fact]
    public async Task A_reload_makes_no_other_token()
    {
        await _admin.LogInAsync("local", "wr1te");
        var first = TokenIn((await MakeAsync(_admin, ("name", "reload"))).With(200));

        var again = (await MakeAsync(_admin, ("name", "reload"))).With(409);

        Assert.Contains("has a token reload: choose another name", again.Text, StringComparison.Ordinal);
        Assert.DoesNotMatch(TokenText(), again.Text);
        (await running.Server.Client("any", first).AskAsync("/local/simple/")).With(200);
    }

    [Fact]
    public async Task The_list_says_what_each_token_is_good_for()
    {
        await _admin.LogInAsync("local", "wr1te");
        (await MakeAsync(_admin, ("name", "listed"), ("permission", "write"), ("projects", "a-*\nb"), ("reads", "*"), ("networks", "10.0.0.0/8, ::1"), ("expires_on", "2126-06-30"))).With(200);

        var rows = RowsOf((await _admin.VisitAsync(Tokens)).With(200));

        Assert.Matches("^listed made 20[-0-9: ]+ UTC write a-\\*, b reads \\* 10.0.0.0/8, ::1/128 2126-06-30 23:59 UTC never Revoke listed$", rows["listed"]);
        Assert.Equal("configured read billing anywhere 2020-01-01 23:59 UTC expired unknown In the configuration: remove [local.tokens.configured] there.", rows["configured"]);
    }

    [Theory]
    [InlineData("name", "a b", 400, "A token name consists of")]
    [InlineData("name", "configured", 409, "has a token configured")]
    [InlineData("permission", "owner", 400, "The permission of a token is read, write or admin.")]
    [InlineData("projects", "\"><script>alert(1)</script>", 400, "projects: this pattern")]
    [InlineData("networks", "10.1.2.3/8", 400, "One of networks has bits behind its prefix")]
    [InlineData("expires", "soon", 400, "expires must be a date")]
    [InlineData("expires_on", "2001-01-01", 400, "The token would have ended already.")]
    public async Task What_can_not_be_made_is_shown_again_with_the_reason(string field, string value, int status, string says)
    {
        await _admin.LogInAsync("local", "wr1te");

        var page = (await MakeAsync(_admin, [("name", "never-made"), ("reads", "kept-*"), (field, value)])).With(status);

        Assert.Contains(says, WebUtility.HtmlDecode(page.Text), StringComparison.Ordinal);
        Assert.Contains("value=\"kept-*\"", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("never-made", (await _admin.VisitAsync(Tokens)).With(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_revoked_after_a_question_and_the_list_says_so_once()
    {
        await _admin.LogInAsync("local", "wr1te");
        var token = TokenIn((await MakeAsync(_admin, ("name", "leaked"))).With(200));
        using var client = running.Server.Client("any", token);

        var question = (await _admin.VisitAsync("/local/tokens/leaked/revoke/")).With(200);
        (await client.AskAsync("/local/simple/")).With(200);
        var answer = (await _admin.SubmitAsync(Browser.FieldsOf(question), "/local/tokens/leaked/revoke/")).With(303);

        Assert.Equal(Tokens, answer["Location"]);
        (await client.AskAsync("/local/simple/")).With(401);
        Assert.Contains("The token leaked is revoked.", (await _admin.VisitAsync(Tokens)).With(200).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("leaked", (await _admin.VisitAsync(Tokens)).With(200).Text, StringComparison.Ordinal);
        (await _admin.VisitAsync("/local/tokens/leaked/revoke/")).With(404);
        (await _admin.SubmitAsync(Browser.FieldsOf(question), "/local/tokens/leaked/revoke/")).With(404);
    }

    [Fact]
    public async Task A_token_of_the_configuration_is_revoked_there()
    {
        await _admin.LogInAsync("local", "wr1te");
        var page = (await _admin.VisitAsync("/local/tokens/configured/revoke/")).With(200);

        Assert.Contains("remove <code>[local.tokens.configured]</code> there", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", page.Text, StringComparison.Ordinal);
        (await _admin.SubmitAsync(await CsrfAsync(_admin), "/local/tokens/configured/revoke/")).With(409);
    }

    [Fact]
    public async Task A_session_ends_with_its_token()
    {
        await _admin.LogInAsync("local", "wr1te");
        var token = TokenIn((await MakeAsync(_admin, ("name", "alice"), ("permission", "admin"))).With(200));
        using var here = new Browser(running.Server);
        using var there = new Browser(running.Server);
        await here.LogInAsync("local", token);
        await there.LogInAsync("local", token);
        var fields = await CsrfAsync(there);

        Assert.Equal("/login/", (await here.SubmitAsync(await CsrfAsync(here), "/local/tokens/alice/revoke/")).With(303)["Location"]);

        (await there.VisitAsync(Tokens)).With(303);
        (await there.SubmitAsync(With(fields, ("name", "afterwards")), Tokens)).With(401);
        (await here.SubmitAsync(With(fields, ("name", "afterwards")), Tokens)).With(403);
        Assert.DoesNotContain("afterwards", (await _writer.AskAsync("/api/tokens")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limited_admin_sees_and_makes_no_more_than_it_may()
    {
        await _admin.LogInAsync("local", "wr1te");
        (await MakeAsync(_admin, ("name", "wide"))).With(200);
        var token = TokenIn((await MakeAsync(_admin, ("name", "lead"), ("permission", "admin"), ("projects", "billing, billing-*"), ("expires", "30d"))).With(200));
        using var lead = new Browser(running.Server);
        await lead.LogInAsync("local", token);

        var page = (await lead.VisitAsync(Tokens)).With(200);

        Assert.Equal(["configured", "lead"], RowsOf(page).Keys.Order(StringComparer.Ordinal));
        Assert.Contains("value=\"billing, billing-*\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("good for no more than itself", (await MakeAsync(lead, ("name", "wider"), ("projects", "*"))).With(403).Text, StringComparison.Ordinal);
        Assert.Contains("good for no more than itself", (await MakeAsync(lead, ("name", "longer"), ("projects", "billing"), ("expires", "31d"))).With(403).Text, StringComparison.Ordinal);
        (await MakeAsync(lead, ("name", "lead-ci"), ("projects", "billing"))).With(200);
        (await lead.SubmitAsync(await CsrfAsync(lead), "/local/tokens/wide/revoke/")).With(403);
        (await lead.VisitAsync("/local/tokens/wide/revoke/")).With(404);
    }

    [Fact]
    public async Task Only_admins_get_in()
    {
        using var nobody = new Browser(running.Server);
        using var reader = new Browser(running.Server);
        await reader.LogInAsync("local", "r3ad");
        foreach (var path in (string[])[Tokens, "/local/tokens/configured/revoke/"])
        {
            Assert.Equal($"/login/?next={Uri.EscapeDataString(path)}", (await nobody.VisitAsync(path)).With(303)["Location"]);
            var refused = (await reader.VisitAsync(path)).With(403);
            Assert.StartsWith("text/html", refused["Content-Type"], StringComparison.Ordinal);
            Assert.DoesNotContain("configured", refused.Text, StringComparison.Ordinal);
        }

        Assert.Equal(Tokens, (await _writer.AskAsync("/local/tokens")).With(301)["Location"]);
        (await nobody.VisitAsync("/nowhere/tokens/")).With(303);
        using var elsewhere = new Browser(running.Server);
        await elsewhere.LogInAsync("second", "s3cond");
        (await elsewhere.VisitAsync(Tokens)).With(303);
    }

    [Fact]
    public async Task What_comes_without_the_pages_token_changes_nothing()
    {
        await _admin.LogInAsync("local", "wr1te");
        (await MakeAsync(_admin, ("name", "stays"))).With(200);
        using var reader = new Browser(running.Server);
        await reader.LogInAsync("local", "r3ad");
        using var nobody = new Browser(running.Server);
        var before = (await _writer.AskAsync("/api/tokens")).Text;

        foreach (var path in (string[])[Tokens, "/local/tokens/stays/revoke/"])
        {
            foreach (var forged in (string[])["", "x", new string('0', 64), _admin.Session ?? ""])
            {
                (await _admin.SubmitAsync(new Dictionary<string, string> { ["name"] = "forged", ["csrf_token"] = forged }, path)).With(403);
            }

            foreach (var browser in new[] { _admin, reader, nobody })
            {
                (await browser.SubmitAsync(new Dictionary<string, string> { ["name"] = "forged" }, path)).With(403);
            }

            // A reader's own form, too.
            (await reader.SubmitAsync(With(Browser.FieldsOf(await reader.VisitAsync("/logout/")), ("name", "forged")), path)).With(403);
            (await _writer.AskAsync(HttpMethod.Post, path)).With(403);
            (await _writer.AskAsync(HttpMethod.Post, path, ("X-CSRF-Token", (await CsrfAsync(_admin))["csrf_token"]))).With(403);

            using var foreign = running.Server.Client();
            using var form = new FormUrlEncodedContent(With(await CsrfAsync(_admin), ("name", "forged")));
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
            request.Headers.Add("Cookie", $"{Browser.SessionCookie}={_admin.Session}");
            request.Headers.Add("Sec-Fetch-Site", "cross-site");
            (await Answer.ReadAsync(await foreign.SendAsync(request))).With(403);
        }

        Assert.Equal(before, (await _writer.AskAsync("/api/tokens")).Text);
    }

    private static Dictionary<string, string> With(Dictionary<string, string> fields, params IEnumerable<(string Name, string Value)> more)
    {
        foreach (var (name, value) in more)
        {
            fields[name] = value;
        }

        return fields;
    }

    private static async Task<Dictionary<string, string>> CsrfAsync(Browser browser) => Browser.FieldsOf((await browser.VisitAsync(Tokens)).With(200));

    private static async Task<Answer> MakeAsync(Browser browser, params IEnumerable<(string Name, string Value)> fields) =>
        await browser.SubmitAsync(With(await CsrfAsync(browser), fields), Tokens);

    private static IEnumerable<string> Blocks(Answer page) => Block().Matches(page.Text).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value));

    private static string TokenIn(Answer page) => Blocks(page).Single(text => TokenText().Match(text) is { Success: true } match && match.Length == text.Length);

    /// <summary>The text of each row of the table, by the name of its token.</summary>
    private static Dictionary<string, string> RowsOf(Answer page) =>
        Row().Matches(page.Text).Select(match => Spaces().Replace(WebUtility.HtmlDecode(Tag().Replace(match.Groups[1].Value, " ")), " ").Trim())
            .ToDictionary(text => text.Split(' ')[0]);

    [GeneratedRegex("<pre[^>]*><code>([^<]*)</code></pre>")]
    private static partial Regex Block();

    [GeneratedRegex("pyw_[0-9A-Za-z]{38}")]
    private static partial Regex TokenText();

    [GeneratedRegex("<tr>(\\s*<td>.*?)</tr>", RegexOptions.Singleline)]
    private static partial Regex Row();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("\\s+")]
    private static partial Regex Spaces();

    /// <summary>A server with two repositories, and a token that ended long ago.</summary>
    public sealed class Fixture : IAsyncLifetime, IDisposable
    {
        private readonly TempFolder _root = new();
        private PyWharfProcess? _server;

        internal string Root => _root.Path;

        internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

        /// <inheritdoc/>
        public async Task InitializeAsync() => _server = await PyWharfProcess.StartAsync(Root, $"""
            [local]
            type = "file_system"
            read_secret = "r3ad"
            write_secret = "wr1te"

            [local.tokens.configured]
            sha256 = "{Application.Access.TokenText.DigestOf(Application.Access.TokenText.New())}"
            projects = ["billing"]
            expires = 2020-01-01

            [second]
            type = "file_system"
            read_secret = "r3ad-second"
            write_secret = "s3cond"
            """);

        /// <inheritdoc/>
        public Task DisposeAsync() => Task.CompletedTask;

        /// <inheritdoc/>
        public void Dispose()
        {
            _server?.Dispose();
            _root.Dispose();
        }
    }
}
