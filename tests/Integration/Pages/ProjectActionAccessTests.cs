using System.Text;
using PyWharf.Integration.Auth;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

/// <summary>Who sees links to actions on a project, who may open their pages, and whose forms count.</summary>
[Collection(TokenServer.Name)]
public sealed class ProjectActionAccessTests(TokenServer server) : IDisposable
{
    private readonly List<ManagedProject> _projects = [];

    public void Dispose() => _projects.ForEach(project => project.Dispose());

    [Theory]
    [InlineData("team", "reader", "")]
    [InlineData("team", "writer", "yank")]
    [InlineData("team", "admin", "yank delete status")]
    [InlineData("team", "billing-reads-all", "")]
    [InlineData("strict", "strict-writer", "yank")]
    [InlineData("strict", "strict-admin", "yank delete status")]
    public async Task Links_forms_and_refusals_follow_what_the_session_may_do(string repository, string token, string allowed)
    {
        var project = await PublishedAsync(repository);
        var browser = await project.LogInAsync(token);
        var (before, field) = (await project.StateAsync(), Browser.FieldsOf((await browser.VisitAsync("/logout/")).With(200)));

        Assert.Equal(
            allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            project.ActionsOn((await browser.VisitAsync(project.Page)).With(200)).Select(action => action.Split('/')[^1]).Distinct().Order(StringComparer.Ordinal));
        foreach (var path in (string[])["1.0/yank", "1.0/unyank", "1.0/delete", "status"])
        {
            var isAllowed = allowed.Contains(path.Split('/')[^1].Replace("unyank", "yank", StringComparison.Ordinal), StringComparison.Ordinal);
            var page = (await browser.VisitAsync($"{project.Page}{path}/")).With(isAllowed ? 200 : 403);
            Assert.Equal("text/html; charset=utf-8", page["Content-Type"]);
            if (!isAllowed)
            {
                Assert.Contains(token, page.Text, StringComparison.Ordinal);
                (await browser.SubmitAsync(
                    new Dictionary<string, string>(field) { ["confirm"] = project.Name, ["status"] = "archived" }, $"{project.Page}{path}/")).With(403);
            }
        }

        Assert.Equal(before, await project.StateAsync());
    }

    [Fact]
    public async Task A_refusal_is_a_line_of_the_audit_log_and_a_page_that_is_not_allowed_is_none()
    {
        var project = await PublishedAsync("team");
        var browser = await project.LogInAsync("writer");
        var field = Browser.FieldsOf((await browser.VisitAsync("/logout/")).With(200));

        (await browser.VisitAsync($"{project.Page}1.0/delete/")).With(403);
        (await browser.SubmitAsync(field, $"{project.Page}1.0/delete/")).With(403);

        Assert.Equal(["delete refused session writer The token writer has the permission write: this takes admin."], project.Events("delete"));
    }

    [Fact]
    public async Task The_write_secret_does_what_its_repository_lets_it_do()
    {
        var (team, strict) = (await PublishedAsync("team"), await PublishedAsync("strict"));
        foreach (var (project, status) in new[] { (team, 200), (strict, 403) })
        {
            var browser = project.Visitor();
            (await browser.LogInAsync(project.Repository, TokenServer.WriteSecret)).With(303);

            (await browser.VisitAsync($"{project.Page}1.0/yank/")).With(200);
            (await browser.VisitAsync($"{project.Page}1.0/delete/")).With(status);
            (await browser.VisitAsync($"{project.Page}status/")).With(status);
            Assert.Equal(status == 200, project.ActionsOn(await browser.VisitAsync(project.Page)).Contains("status"));
        }
    }

    [Fact]
    public async Task A_token_for_other_projects_finds_nothing_to_change()
    {
        var (own, other) = (await PublishedAsync("team", $"billing-{Guid.NewGuid():N}"), await PublishedAsync("team"));
        var browser = await own.LogInAsync("billing");

        Assert.Equal(["yank", "yank"], own.ActionsOn((await browser.VisitAsync(own.Page)).With(200)).Select(action => action.Split('/')[^1]));
        (await browser.FillInAsync($"{own.Page}1.0/yank/")).With(303);
        (await browser.VisitAsync(other.Page)).With(404);
        Assert.Contains("The token billing may not change", (await browser.VisitAsync($"{other.Page}1.0/yank/")).With(403).Text, StringComparison.Ordinal);
        (await browser.VisitAsync("/team/project/no-such-project/1.0/yank/")).With(403);
    }

    [Theory]
    [InlineData("team")]
    [InlineData("strict")] // whose pages take no login
    public async Task Who_has_no_session_is_led_to_the_login_page_and_sees_no_links(string repository)
    {
        var project = await PublishedAsync(repository);
        var visitor = project.Visitor();
        using var client = server.Server.Client(repository, TokenServer.WriteSecret);
        var path = $"{project.Page}1.0/yank/";

        var asked = (await visitor.VisitAsync(path)).With(303);
        Assert.Equal($"/login/?next={Uri.EscapeDataString(path)}", project.Target(asked));
        Assert.Equal(path, project.Target((await visitor.LogInAsync(repository, TokenServer.WriteSecret, next: path)).With(303)));

        // With a password in place of a session there is no token for the form.
        Assert.Empty(project.ActionsOn((await client.AskAsync(project.Page)).With(200)));
        Assert.Equal($"/login/?next={Uri.EscapeDataString(path)}", project.Target((await client.AskAsync(path)).With(303)));
        if (repository == "strict")
        {
            Assert.Empty(project.ActionsOn((await project.Visitor().VisitAsync(project.Page)).With(200)));
        }
    }

    [Theory]
    [InlineData("reader")]
    [InlineData("writer")]
    [InlineData("admin")]
    public async Task A_form_without_the_token_of_its_session_is_forbidden_whatever_it_asks_for(string token)
    {
        var project = await PublishedAsync("team");
        var browser = await project.LogInAsync(token);
        var other = Browser.FieldsOf((await (await project.LogInAsync("admin")).VisitAsync("/logout/")).With(200))["csrf_token"];
        var before = await project.StateAsync();

        foreach (var path in (string[])["1.0/yank/", "1.0/delete", "status/", "9.9/yank/", "no version/delete/", "files/none/delete/", "../no-such-project/status/"])
        {
            var url = path.StartsWith("../", StringComparison.Ordinal) ? $"/team/project/{path[3..]}" : project.Page + path;
            foreach (var forged in (string?[])[null, "", "x", new string('0', 64), other, browser.Session])
            {
                var fields = new Dictionary<string, string> { ["confirm"] = project.Name, ["reason"] = "forged", ["status"] = "archived" };
                if (forged is not null)
                {
                    fields["csrf_token"] = forged;
                }

                (await browser.SubmitAsync(fields, url)).With(403);
            }

            using var noForm = new StringContent("{}", Encoding.UTF8, "application/json");
            (await browser.SendAsync(url, noForm)).With(403);
            using var large = new StringContent($"reason={new string('x', 100_000)}", Encoding.UTF8, "application/x-www-form-urlencoded");
            (await browser.SendAsync(url, large)).With(403);
        }

        Assert.Equal(before, await project.StateAsync());
        Assert.Empty(project.Events("yank", "delete", "status"));
    }

    [Fact]
    public async Task A_password_without_a_session_sends_no_form()
    {
        var project = await PublishedAsync("team");
        var browser = await project.LogInAsync("writer");
        var fields = Browser.FieldsOf((await browser.VisitAsync($"{project.Page}1.0/yank/")).With(200));
        var before = await project.StateAsync();
        var password = ("Authorization", PyWharfProcess.Basic("team", TokenServer.WriteSecret).ToString());

        (await project.Visitor().SubmitAsync(fields, $"{project.Page}1.0/yank/", password)).With(403);
        (await project.Visitor().SubmitAsync(fields, $"{project.Page}1.0/yank/")).With(403);
        (await browser.SubmitAsync(new Dictionary<string, string>(), $"{project.Page}1.0/yank/", password)).With(403);
        (await browser.LogOutAsync()).With(303);
        (await browser.SubmitAsync(fields, $"{project.Page}1.0/yank/")).With(403);

        Assert.Equal(before, await project.StateAsync());
    }

    [Fact]
    public async Task Another_site_changes_nothing_even_with_the_token()
    {
        var project = await PublishedAsync("team");
        var browser = await project.LogInAsync("admin");
        var fields = Browser.FieldsOf((await browser.VisitAsync($"{project.Page}1.0/yank/")).With(200));
        fields["confirm"] = project.Name;
        fields["status"] = "archived";
        var before = await project.StateAsync();

        foreach (var mark in new[] { ("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site") })
        {
            foreach (var path in (string[])["1.0/yank/", "1.0/unyank/", "1.0/delete/", "status/"])
            {
                (await browser.SubmitAsync(fields, project.Page + path, mark)).With(403);
            }
        }

        Assert.Equal(before, await project.StateAsync());
        (await browser.SubmitAsync(fields, $"{project.Page}1.0/yank/", ("Origin", server.Server.BaseAddress.GetLeftPart(UriPartial.Authority)), ("Sec-Fetch-Site", "same-origin"))).With(303);
    }

    private async Task<ManagedProject> PublishedAsync(string repository, string? name = null)
    {
        var project = new ManagedProject(server, repository, name);
        _projects.Add(project);
        await project.PublishAsync("1.0");

        return project;
    }
}
