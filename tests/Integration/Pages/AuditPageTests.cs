using System.Net;
using System.Text.RegularExpressions;
using PyWharf.Application.Access;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

/// <summary><c>/{repository}/audit/</c>: the audit log for admins with a browser.</summary>
public sealed partial class AuditPageTests : IDisposable
{
    private const string Audit = "/local/audit/";

    private static readonly string LimitedToken = TokenText.New().Reveal();

    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task The_events_of_the_repository_are_listed_newest_first_and_filtered_as_the_API_does()
    {
        using var server = await ServeAsync();
        using var writer = server.Client("local", ServerFixture.WriteSecret);
        await writer.PublishAsync(Wheels.Build("demo", "1.0"), Wheels.Build("other", "1.0"));
        using var reason = new StringContent("""{"reason": "<script>alert(1)</script> \u0026 so"}""");
        (await Answer.ReadAsync(await writer.PutAsync("/api/projects/demo/versions/1.0/yank", reason))).With(200);
        await server.Client("second", "s3cond").PublishAsync(Wheels.Build("hidden", "1.0"));
        using var admin = new Browser(server);
        await admin.LogInAsync("local", ServerFixture.WriteSecret);

        var page = (await admin.VisitAsync(Audit)).With(200);

        Assert.Equal("private, no-cache", page["Cache-Control"]);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; so", page.Text, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/local/project/demo/\">demo</a>", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-1.0", page.Text, StringComparison.Ordinal);
        Assert.Collection(
            RowsOf(page),
            row => Assert.Matches("^20[-0-9: ]+ UTC login write secret \\(session\\) 127.0.0.1 ok$", row),
            row => Assert.Matches("^20[-0-9: ]+ UTC yank demo demo-1.0-py3-none-any.whl write secret \\(secret\\) 127.0.0.1 ok <script>alert\\(1\\)</script> & so$", row),
            row => Assert.Matches("^20[-0-9: ]+ UTC publish other other-1.0-py3-none-any.whl write secret \\(secret\\) 127.0.0.1 ok$", row),
            row => Assert.Matches("^20[-0-9: ]+ UTC publish demo ", row),
            row => Assert.Matches("^20[-0-9: ]+ UTC server_started the server ", row));

        Assert.Equal(["yank"], await KindsAsync(admin, "?event=yank&project=&since="));
        Assert.Equal(["yank", "publish"], await KindsAsync(admin, "?project=Demo"));
        Assert.Equal(5, (await KindsAsync(admin, "?since=2000-01-01")).Count);
        Assert.Empty(await KindsAsync(admin, "?since=2999-01-01T00:00:00Z"));
        Assert.Contains("<option value=\"yank\" selected", (await admin.VisitAsync($"{Audit}?event=yank")).Text, StringComparison.Ordinal);
        var json = JsonLink().Match((await admin.VisitAsync($"{Audit}?event=yank&project=demo")).Text).Groups[1].Value;
        Assert.Equal(1, (await admin.VisitAsync(WebUtility.HtmlDecode(json))).With(200).Json.GetProperty("events").GetArrayLength());
    }

    [Fact]
    public async Task Long_lists_are_paged_and_a_page_stays_what_it_is_while_events_arrive()
    {
        using var server = await ServeAsync("--audit_max_bytes=60000"); // the pages span files
        using var writer = server.Client("local", ServerFixture.WriteSecret);
        await writer.PublishAsync(Wheels.Build("demo", "1.0"));
        for (var number = 0; number < 250; number++)
        {
            (await writer.AskAsync(number % 2 == 0 ? HttpMethod.Put : HttpMethod.Delete, "/api/projects/demo/versions/1.0/yank")).With(200);
        }

        using var admin = new Browser(server);
        await admin.LogInAsync("local", ServerFixture.WriteSecret);
        var first = (await admin.VisitAsync($"{Audit}?project=demo")).With(200);
        (await writer.AskAsync(HttpMethod.Put, "/api/projects/demo/versions/1.0/yank")).With(200);
        var second = (await admin.VisitAsync(OlderIn(first))).With(200);

        Assert.Equal(200, RowsOf(first).Count);
        Assert.Equal(51, RowsOf(second).Count);
        Assert.Contains(" publish demo ", RowsOf(second)[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("rel=\"next\"", second.Text, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"{Audit}?project=demo\">Newest events</a>", second.Text, StringComparison.Ordinal);
        Assert.Empty(RowsOf((await admin.VisitAsync($"{Audit}?before={new string('0', 64)}")).With(200)));
    }

    [Theory]
    [InlineData("since=yesterday", "since is a date")]
    [InlineData("event=published", "There is no such event")]
    [InlineData("project=%22%3E%3Cscript%3Ealert(1)", "This is no project name.")]
    [InlineData("before=x", "a SHA-256")]
    public async Task A_filter_that_can_not_be_understood_is_shown_again(string query, string says)
    {
        using var server = await ServeAsync();
        using var admin = new Browser(server);
        await admin.LogInAsync("local", ServerFixture.WriteSecret);

        var page = (await admin.VisitAsync($"{Audit}?{query}")).With(400);

        Assert.Contains(says, page.Text, StringComparison.Ordinal);
        Assert.Contains("<form", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_admins_get_in_and_one_of_some_projects_sees_those()
    {
        using var server = await ServeAsync();
        await server.Client("local", ServerFixture.WriteSecret).PublishAsync(Wheels.Build("demo", "1.0"), Wheels.Build("other", "1.0"));
        using var nobody = new Browser(server);
        using var reader = new Browser(server);
        using var limited = new Browser(server);
        using var elsewhere = new Browser(server);
        await reader.LogInAsync("local", ServerFixture.ReadSecret);
        await limited.LogInAsync("local", LimitedToken);
        await elsewhere.LogInAsync("second", "s3cond");

        Assert.Equal("/login/?next=%2Flocal%2Faudit%2F%3Fsince%3Dx", (await nobody.VisitAsync($"{Audit}?since=x")).With(303)["Location"]);
        (await elsewhere.VisitAsync(Audit)).With(303);
        foreach (var query in (string[])["", "?since=x"])
        {
            var refused = (await reader.VisitAsync(Audit + query)).With(403);
            Assert.StartsWith("text/html", refused["Content-Type"], StringComparison.Ordinal);
            Assert.DoesNotContain("demo-1.0", refused.Text, StringComparison.Ordinal);
        }

        Assert.Contains(" publish demo ", Assert.Single(RowsOf((await limited.VisitAsync(Audit)).With(200))), StringComparison.Ordinal);
        Assert.Equal(Audit, (await reader.VisitAsync("/local/audit")).With(301)["Location"]);
    }

    private static async Task<IReadOnlyList<string>> KindsAsync(Browser browser, string query) =>
        [.. RowsOf((await browser.VisitAsync(Audit + query)).With(200)).Select(row => row.Split(' ')[3])];

    /// <summary>The text of each row of the table.</summary>
    private static List<string> RowsOf(Answer page) =>
        [.. Row().Matches(page.Text).Select(match => WebUtility.HtmlDecode(Spaces().Replace(Tag().Replace(match.Groups[1].Value, " "), " ")).Trim())];

    private static string OlderIn(Answer page) => WebUtility.HtmlDecode(Older().Match(page.Text).Groups[1].Value);

    private Task<PyWharfProcess> ServeAsync(params string[] flags) => PyWharfProcess.StartAsync(_root.Path, $"""
        {ServerFixture.Config}
        [local.tokens.demo-boss]
        sha256 = "{TokenText.DigestOf(new(LimitedToken))}"
        permission = "admin"
        projects = ["demo"]

        [second]
        type = "file_system"
        read_secret = "r"
        write_secret = "s3cond"
        """, flags);

    [GeneratedRegex("<a href=\"([^\"]+)\">these events as JSON</a>")]
    private static partial Regex JsonLink();

    [GeneratedRegex("<a href=\"([^\"]+)\" rel=\"next\">")]
    private static partial Regex Older();

    [GeneratedRegex("<tr>(\\s*<td.*?)</tr>", RegexOptions.Singleline)]
    private static partial Regex Row();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("\\s+")]
    private static partial Regex Spaces();
}
