using System.Net;
using PyWharf.Integration.Auth;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

/// <summary>What the pages that ask before an action show, and what their forms do.</summary>
[Collection(TokenServer.Name)]
public sealed class ProjectActionTests(TokenServer server) : IDisposable
{
    private readonly ManagedProject _project = new(server);

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_version_is_yanked_with_a_reason_that_people_and_installers_see_and_unyanked_again()
    {
        var wheel = await _project.PublishAsync("1.0");
        var browser = await _project.LogInAsync("writer");
        var asked = await browser.VisitAsync($"{_project.Page}1.0/yank/");

        var made = (await browser.FillInAsync($"{_project.Page}1.0/yank/", ("reason", "breaks on 3.13"))).With(303);

        Assert.Contains(wheel.Filename, asked.With(200).Text, StringComparison.Ordinal);
        Assert.Contains($"href=\"{_project.Page}1.0/\"", asked.Text, StringComparison.Ordinal);
        Assert.Equal($"{_project.Page}1.0/", _project.Target(made));
        var shown = (await browser.VisitAsync($"{_project.Page}1.0/")).With(200).Text;
        Assert.Contains($"role=\"status\">{_project.Name} 1.0 is yanked", shown, StringComparison.Ordinal);
        Assert.Contains("breaks on 3.13", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("role=\"status\"", (await browser.VisitAsync($"{_project.Page}1.0/")).Text, StringComparison.Ordinal);
        Assert.Contains("\"yanked\":\"breaks on 3.13\"", await _project.StateAsync(), StringComparison.Ordinal);

        // To change the reason it is not typed anew.
        Assert.Contains("value=\"breaks on 3.13\"", (await browser.VisitAsync($"{_project.Page}1.0/yank/")).Text, StringComparison.Ordinal);
        Assert.Equal($"{_project.Page}1.0/", _project.Target((await browser.FillInAsync($"{_project.Page}1.0/unyank/")).With(303)));
        Assert.Contains("is no longer yanked", (await browser.VisitAsync($"{_project.Page}1.0/")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"yanked\":\"", await _project.StateAsync(), StringComparison.Ordinal);
        Assert.Equal(
            [$"yank ok session writer {wheel.Filename} breaks on 3.13", $"unyank ok session writer {wheel.Filename}"],
            _project.Events("yank", "unyank"));
    }

    [Fact]
    public async Task One_file_is_yanked_and_unyanked_without_its_siblings()
    {
        var (wheel, sdist) = (await _project.PublishAsync("1.0"), await _project.PublishSdistAsync("1.0"));
        var browser = await _project.LogInAsync("writer");

        Assert.Equal($"{_project.Page}1.0/", _project.Target((await browser.FillInAsync($"{_project.Page}files/{wheel.Filename}/yank/")).With(303)));

        var page = (await browser.VisitAsync(_project.Page)).With(200);
        Assert.Contains($"role=\"status\">{wheel.Filename} is yanked", page.Text, StringComparison.Ordinal);
        Assert.Equal(
            ["1.0/unyank", "1.0/yank", $"files/{wheel.Filename}/unyank", $"files/{sdist.Filename}/yank"],
            _project.ActionsOn(page).Order(StringComparer.Ordinal));
        (await browser.FillInAsync($"{_project.Page}files/{wheel.Filename}/unyank/")).With(303);
        Assert.DoesNotContain(_project.ActionsOn(await browser.VisitAsync(_project.Page)), action => action.EndsWith("/unyank", StringComparison.Ordinal));
    }

    [FactWhen(Needs.Venv)]
    public async Task Pip_passes_over_a_version_that_was_yanked_in_a_browser_and_tells_the_reason_to_those_who_want_it()
    {
        await _project.PublishAsync("1.0");
        await _project.PublishAsync("2.0");
        var browser = await _project.LogInAsync("writer");
        (await browser.FillInAsync($"{_project.Page}2.0/yank/", ("reason", "loses data"))).With(303);
        using var user = new PythonUser();
        string[] download = ["download", "--no-deps", "--index-url", server.Server.UrlFor("team/simple/", "team", TokenServer.ReadSecret)];

        (await user.PipAsync(PythonClients.Python ?? "", [.. download, "-d", "newest", _project.Name])).Succeeded();
        var pinned = (await user.PipAsync(PythonClients.Python ?? "", [.. download, "-d", "pinned", $"{_project.Name}==2.0"])).Succeeded();

        Assert.Contains("-1.0-", Assert.Single(Directory.GetFiles(user.At("newest"))), StringComparison.Ordinal);
        Assert.Contains("loses data", pinned.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_is_deleted_once_the_name_of_the_project_is_typed_and_never_comes_back()
    {
        var wheel = await _project.PublishAsync("1.0");
        await _project.PublishAsync("2.0");
        var browser = await _project.LogInAsync("admin");
        var (path, before) = ($"{_project.Page}1.0/delete/", await _project.StateAsync());

        foreach (var wrong in (string[])["", $"{_project.Name}x", "1.0", wheel.Filename, "<i>"])
        {
            var again = (await browser.FillInAsync(path, ("confirm", wrong))).With(400);
            Assert.Contains("Nothing was deleted", again.Text, StringComparison.Ordinal);
            Assert.Contains($"name=\"confirm\" type=\"text\" value=\"{WebUtility.HtmlEncode(wrong)}\"", again.Text, StringComparison.Ordinal);
            Assert.Equal("text/html; charset=utf-8", again["Content-Type"]);
        }

        Assert.Contains($"href=\"{_project.Page}1.0/yank/\"", (await browser.VisitAsync(path)).Text, StringComparison.Ordinal);
        Assert.Equal(before, await _project.StateAsync());
        Assert.Equal(_project.Page, _project.Target((await browser.FillInAsync(path, ("confirm", _project.Name.ToUpperInvariant()))).With(303)));
        Assert.Contains($"{_project.Name} 1.0 is deleted for good", (await browser.VisitAsync(_project.Page)).Text, StringComparison.Ordinal);
        (await browser.VisitAsync(path)).With(404);
        (await _project.Owner.UploadAsync(wheel)).With(409);
        Assert.Equal([$"delete ok session admin {wheel.Filename}"], _project.Events("delete"));
    }

    [Fact]
    public async Task A_file_is_deleted_once_its_own_name_is_typed_and_the_page_that_follows_is_what_is_left()
    {
        var (wheel, sdist) = (await _project.PublishAsync("2.0"), await _project.PublishSdistAsync("2.0"));
        var old = await _project.PublishAsync("1.0");
        var browser = await _project.LogInAsync("admin");

        (await browser.FillInAsync($"{_project.Page}files/{wheel.Filename}/delete/", ("confirm", _project.Name))).With(400);
        foreach (var (file, next) in new[] { (wheel, $"{_project.Page}2.0/"), (sdist, _project.Page), (old, $"/{_project.Repository}/") })
        {
            Assert.Contains(file.Filename, await _project.StateAsync(), StringComparison.Ordinal);

            var made = (await browser.FillInAsync($"{_project.Page}files/{file.Filename}/delete/", ("confirm", file.Filename))).With(303);

            Assert.Equal(next, _project.Target(made));
            Assert.Contains($"{file.Filename} is deleted for good", (await browser.VisitAsync(next)).With(200).Text, StringComparison.Ordinal);
        }

        Assert.Contains("\"files\":[]", await _project.StateAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("archived")]
    [InlineData("quarantined")]
    [InlineData("deprecated")]
    public async Task A_status_is_set_with_a_reason_and_taken_back(string status)
    {
        await _project.PublishAsync("1.0");
        var browser = await _project.LogInAsync("admin");

        Assert.Equal(_project.Page, _project.Target((await browser.FillInAsync($"{_project.Page}status/", ("status", status), ("reason", "see the wiki"))).With(303)));

        var page = (await browser.VisitAsync(_project.Page)).With(200).Text;
        Assert.Contains($"role=\"status\">{_project.Name} is now {status}", page, StringComparison.Ordinal);
        Assert.Contains("see the wiki", page, StringComparison.Ordinal);
        var asked = await browser.VisitAsync($"{_project.Page}status/");
        Assert.Contains($"<option value=\"{status}\" selected", asked.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"see the wiki\"", asked.Text, StringComparison.Ordinal);
        (await browser.FillInAsync($"{_project.Page}status/", ("status", "active"))).With(303);
        Assert.Equal([$"status ok session admin see the wiki", "status ok session admin"], _project.Events("status"));
    }

    [Fact]
    public async Task What_can_not_be_a_reason_or_a_status_is_told_beside_what_was_typed()
    {
        await _project.PublishAsync("1.0");
        var browser = await _project.LogInAsync("admin");
        var before = await _project.StateAsync();

        foreach (var reason in (string[])["two\r\nlines", "a\0b", "turned\u202earound", new string('r', 1001)])
        {
            var again = (await browser.FillInAsync($"{_project.Page}1.0/yank/", ("reason", reason))).With(400);
            Assert.Contains("The reason must be one line of at most 1000 characters.", again.Text, StringComparison.Ordinal);
            Assert.Contains($"name=\"reason\" type=\"text\" value=\"{reason[..1]}", again.Text, StringComparison.Ordinal);
        }

        var odd = (await browser.FillInAsync($"{_project.Page}status/", ("status", "<gone>"), ("reason", "kept"))).With(400);
        Assert.Contains("The status must be one of", odd.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"kept\"", odd.Text, StringComparison.Ordinal);
        Assert.Equal(before, await _project.StateAsync());
    }

    [Fact]
    public async Task A_hostile_reason_is_text_everywhere()
    {
        await _project.PublishAsync("1.0");
        var browser = await _project.LogInAsync("admin");
        const string Hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>&amp;";

        (await browser.FillInAsync($"{_project.Page}1.0/yank/", ("reason", Hostile))).With(303);
        (await browser.FillInAsync($"{_project.Page}status/", ("status", "deprecated"), ("reason", Hostile))).With(303);

        foreach (var path in (string[])["", "1.0/", "1.0/yank/", "1.0/unyank/", "status/"])
        {
            var page = (await browser.VisitAsync(_project.Page + path)).With(200).Text;
            Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
            Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("1!2.0")]
    [InlineData("2.0+local.1")]
    [InlineData("1!2.0.post1+abc.5")]
    public async Task Versions_with_characters_that_urls_encode_are_found_by_their_links(string version)
    {
        var wheel = await _project.PublishAsync(version);
        var browser = await _project.LogInAsync("admin");
        var page = await browser.VisitAsync(_project.Page);
        var encoded = Uri.EscapeDataString(version);

        Assert.Contains($"{version}/delete", _project.ActionsOn(page));
        Assert.Contains($"href=\"{_project.Page}{encoded}/delete/\"", page.Text, StringComparison.Ordinal);
        Assert.Contains($"href=\"{_project.Page}files/{Uri.EscapeDataString(wheel.Filename)}/yank/\"", page.Text, StringComparison.Ordinal);
        Assert.Equal($"{_project.Page}{encoded}/", _project.Target((await browser.FillInAsync($"{_project.Page}{encoded}/yank/")).With(303)));
        (await browser.FillInAsync($"{_project.Page}files/{Uri.EscapeDataString(wheel.Filename)}/unyank/")).With(303);
        (await browser.FillInAsync($"{_project.Page}{encoded}/delete/", ("confirm", _project.Name))).With(303);
    }

    [Fact]
    public async Task Opening_a_page_changes_nothing_and_other_spellings_lead_to_it()
    {
        var wheel = await _project.PublishAsync("1.0");
        var browser = await _project.LogInAsync("admin");
        using var client = server.Server.Client();
        var kept = ("Cookie", $"{Browser.SessionCookie}={browser.Session}");
        var before = await _project.StateAsync();

        foreach (var path in (string[])["1.0/yank", "1.0/unyank", "1.0/delete", $"files/{wheel.Filename}/yank", $"files/{wheel.Filename}/unyank", $"files/{wheel.Filename}/delete", "status"])
        {
            var url = $"{_project.Page}{path}/";
            var page = (await browser.VisitAsync($"{url}?confirm={_project.Name}&reason=x&status=archived")).With(200);
            Assert.Contains($"<form method=\"post\" action=\"{url}\">", page.Text, StringComparison.Ordinal);
            Assert.Equal("private, no-cache", page["Cache-Control"]);
            Assert.Empty((await client.AskAsync(HttpMethod.Head, url, kept)).With(200).Bytes);
            Assert.Equal(url, _project.Target((await browser.VisitAsync(url.TrimEnd('/'))).With(301)));
            Assert.Equal(url, _project.Target((await browser.VisitAsync(url.Replace(_project.Page, _project.Page.Replace("managed-", "Managed_.", StringComparison.Ordinal), StringComparison.Ordinal))).With(301)));
        }

        Assert.Equal($"{_project.Page}1.0/yank/", _project.Target((await browser.VisitAsync($"{_project.Page}v1.0/yank/")).With(301)));
        Assert.Equal(before, await _project.StateAsync());
    }

    [Theory]
    [InlineData("2.0/yank/")]
    [InlineData("no-version/yank/")]
    [InlineData("files/yank/")]
    [InlineData("files/no-such-file.whl/delete/")]
    [InlineData("1.0/archive/")]
    [InlineData("files/x/status/")]
    public async Task What_is_not_there_is_a_page_that_says_so(string path)
    {
        await _project.PublishAsync("1.0");
        var browser = await _project.LogInAsync("admin");
        var token = Browser.FieldsOf(await browser.VisitAsync($"{_project.Page}1.0/yank/"));

        Assert.Equal("text/html; charset=utf-8", (await browser.VisitAsync(_project.Page + path)).With(404)["Content-Type"]);
        (await browser.SubmitAsync(new Dictionary<string, string>(token) { ["confirm"] = _project.Name }, _project.Page + path)).With(404);
        (await browser.VisitAsync("/team/project/no-such-project/1.0/yank/")).With(404);
    }

    [Fact]
    public async Task Behind_a_prefix_links_forms_and_redirects_stay_below_it()
    {
        await _project.PublishAsync("1.0");
        var browser = _project.Visitor(("X-Forwarded-Prefix", "/pfx"));
        var fields = Browser.FieldsOf((await browser.VisitAsync("/pfx/login/")).With(200));
        (await browser.SubmitAsync(new Dictionary<string, string>(fields) { ["pkg_repo_name"] = "team", ["pkg_repo_secret_raw"] = server.Text("admin") }, "/pfx/login/")).With(303);

        var page = (await browser.VisitAsync($"/pfx{_project.Page}")).With(200);
        Assert.Contains($"href=\"/pfx{_project.Page}1.0/yank/\"", page.Text, StringComparison.Ordinal);
        Assert.Equal($"/pfx{_project.Page}1.0/", _project.Target((await browser.FillInAsync($"/pfx{_project.Page}1.0/yank/")).With(303)));
        Assert.Equal($"/pfx{_project.Page}1.0/yank/", _project.Target((await browser.VisitAsync($"/pfx{_project.Page}1.0/yank")).With(301)));
        Assert.Equal("/pfx/team/", _project.Target((await browser.FillInAsync($"/pfx{_project.Page}1.0/delete/", ("confirm", _project.Name))).With(303)));
    }
}
