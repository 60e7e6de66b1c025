using System.Text;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.PyPi;

namespace PyWharf.Integration.Groups;

public sealed class GroupTests(GroupFixture running) : IClassFixture<GroupFixture>, IDisposable
{
    private readonly HttpClient _reader = running.Reader();
    private readonly HttpClient _team = running.Writer("team");
    private readonly HttpClient _shared = running.Writer("shared");

    [Fact]
    public async Task Projects_of_all_members_are_listed_and_come_with_their_files_and_metadata()
    {
        var (ours, theirs) = (Wheels.Build("list-one", "1.0"), Wheels.Build("list-two", "2.0"));
        await _team.PublishAsync(ours);
        await _shared.PublishAsync(theirs);

        var listed = await _reader.ReadProjectsAsync();
        Assert.Contains("list-one", listed);
        Assert.Contains("list-two", listed);
        await _reader.AssertOffersAsync("list-one", ours.Filename);
        await _reader.AssertOffersAsync("list-two", theirs.Filename);
        Assert.Equal(ours.Metadata, (await _reader.AskAsync($"/all/simple/list-one/{ours.Filename}.metadata")).With(200).Bytes);
        Assert.Equal("2.0", (await _reader.AskAsync("/all/pypi/list-two/json")).With(200).Json.GetProperty("info").GetProperty("version").GetString());
        Assert.Contains("list-one", (await _reader.AskAsync("/all/search?q=list-one")).With(200).Text, StringComparison.Ordinal);
        var explained = (await _reader.AskAsync("/all/api/explain/list-two")).With(200).Json.GetProperty("files")[0];
        Assert.Equal("member shared", $"{explained.GetProperty("source")} {explained.GetProperty("member")}");
        Assert.Contains("active", (await _reader.AskAsync("/all/api/projects/list-two")).With(200).Text, StringComparison.Ordinal);
        (await _reader.AskAsync("/index_mtime")).With(200);
    }

    [Fact]
    public async Task A_project_is_that_of_the_first_member_that_has_it_and_never_merged()
    {
        var ours = Wheels.Build("both", "1.0");
        await _shared.PublishAsync(Wheels.Build("both", "9.0"));
        Assert.Equal(["both-9.0-py3-none-any.whl"], await _reader.FilenamesAsync("both"));

        await _team.PublishAsync(ours);

        Assert.Equal([ours.Filename], await _reader.FilenamesAsync("both"));
        (await _reader.AskAsync("/simple/both/both-9.0-py3-none-any.whl")).With(404);
        (await _reader.AskAsync("/simple/both/both-9.0-py3-none-any.whl.metadata")).With(404);
        (await _reader.AskAsync("/pypi/both/9.0/json")).With(404);
    }

    [Fact]
    public async Task A_project_whose_files_are_all_deleted_stays_with_its_member_under_every_spelling()
    {
        running.First.Put(new FakeProject("gone-project", FakeFile.Wheel("gone-project", "9.0")));
        running.Second.Put(new FakeProject("gone-project", FakeFile.Wheel("gone-project", "9.0")));
        await _team.PublishAsync(Wheels.Build("gone-project", "1.0"));
        await _shared.PublishAsync(Wheels.Build("gone-project", "9.0"));
        (await _team.AskAsync(HttpMethod.Delete, "/api/projects/gone-project/versions/1.0")).With(200);

        foreach (var spelling in (string[])["gone-project", "gone.Project", "GONE--project", "gone_.-project"])
        {
            foreach (var path in (string[])["", "gone_project-9.0-py3-none-any.whl", "gone_project-9.0-py3-none-any.whl.metadata", "gone_project-1.0-py3-none-any.whl"])
            {
                var answer = await _reader.AskAsync($"/all/simple/{spelling}/{path}", ("Accept", Requests.Json));
                answer = answer["Location"] is { } normalised ? await _reader.AskAsync(normalised, ("Accept", Requests.Json)) : answer;

                Assert.DoesNotContain("9.0", answer.Text, StringComparison.Ordinal);
                Assert.True(answer.Status == 404 || answer.With(200).Json.GetProperty("files").GetArrayLength() == 0, answer.ToString());
            }

            (await _reader.AskAsync($"/all/pypi/{spelling}/json")).With(404);
        }

        Assert.Equal(0, running.First.CountOf("/simple/gone-project/") + running.Second.CountOf("/simple/gone-project/"));
    }

    [Fact]
    public async Task A_quarantined_project_of_the_first_member_offers_nothing_of_the_second()
    {
        await _team.PublishAsync(Wheels.Build("held-back", "1.0"));
        await _shared.PublishAsync(Wheels.Build("held-back", "9.0"));
        using var quarantine = new HttpRequestMessage(HttpMethod.Put, "/api/projects/held-back/status") { Content = JsonBody("{\"status\":\"quarantined\"}") };
        (await Answer.ReadAsync(await _team.SendAsync(quarantine))).With(200);

        Assert.Empty(await _reader.FilenamesAsync("held-back"));
        (await _reader.AskAsync("/simple/held-back/held_back-1.0-py3-none-any.whl")).With(403);
        (await _reader.AskAsync("/simple/held-back/held_back-9.0-py3-none-any.whl")).With(403);
        Assert.DoesNotContain("held-back", await _reader.ReadProjectsAsync());
    }

    [Fact]
    public async Task Upstream_is_asked_after_all_members_in_their_order()
    {
        running.First.Put(new FakeProject("from-up", FakeFile.Wheel("from-up", "1.0")));
        running.Second.Put(new FakeProject("from-up", FakeFile.Wheel("from-up", "9.0")));
        running.Second.Put(new FakeProject("second-up", FakeFile.Wheel("second-up", "1.0")));
        running.Second.Put(new FakeProject("denied-by-team", FakeFile.Wheel("denied-by-team", "1.0")));
        running.First.Put(new FakeProject("is-local", FakeFile.Wheel("is-local", "9.0")));
        await _shared.PublishAsync(Wheels.Build("is-local", "1.0"));

        Assert.Equal(["from_up-1.0-py3-none-any.whl"], await _reader.FilenamesAsync("from-up"));
        Assert.Equal(0, running.Second.CountOf("/simple/from-up/"));
        Assert.Equal(["second_up-1.0-py3-none-any.whl"], await _reader.FilenamesAsync("second-up"));
        Assert.Empty(await _reader.FilenamesAsync("denied-by-team"));
        Assert.Equal(0, running.First.CountOf("/simple/denied-by-team/") + running.Second.CountOf("/simple/denied-by-team/"));
        Assert.Equal(["is_local-1.0-py3-none-any.whl"], await _reader.FilenamesAsync("is-local"));
        Assert.Equal(0, running.First.CountOf("/simple/is-local/") + running.Second.CountOf("/simple/is-local/"));
    }

    [Fact]
    public async Task While_the_upstream_of_a_member_is_away_the_next_one_does_not_answer_for_it()
    {
        running.First.FailAlways("/simple/away/", FakeFaults.Status(500));
        running.Second.Put(new FakeProject("away", FakeFile.Wheel("away", "9.0")));

        var answer = await _reader.AskAsync("/all/simple/away/");

        Assert.True(answer.Status is 502 or 503, answer.ToString());
        Assert.Equal(0, running.Second.CountOf("/simple/away/"));
    }

    [Theory]
    [InlineData("/all/simple/acme-secret/")]
    [InlineData("/all/simple/acme.Secret/acme_secret-1.0-py3-none-any.whl")]
    [InlineData("/all/simple/ACME_secret/acme_secret-1.0-py3-none-any.whl.metadata")]
    public async Task A_name_that_a_member_reserves_is_asked_for_nowhere(string path)
    {
        running.First.Put(new FakeProject("acme-secret", FakeFile.Wheel("acme-secret", "9.0")));
        running.Second.Put(new FakeProject("acme-secret", FakeFile.Wheel("acme-secret", "9.0")));

        (await _reader.AskAsync(path)).With(404);

        Assert.Equal(0, running.First.CountOf("/simple/acme-secret/") + running.Second.CountOf("/simple/acme-secret/"));
    }

    [Fact]
    public async Task Readers_of_the_group_are_let_in_by_its_own_secrets_and_tokens_alone()
    {
        await _team.PublishAsync(Wheels.Build("part-one", "1.0"), Wheels.Build("whole", "1.0"));
        using var nobody = running.Server.Client();
        using var member = running.Server.Client("__token__", "team-read");
        using var part = running.Server.Client("__token__", GroupFixture.Token);

        (await nobody.AskAsync("/all/simple/")).With(401);
        (await member.AskAsync("/all/simple/")).With(401);
        (await _reader.AskAsync("/team/simple/")).With(401);
        (await nobody.AskAsync("/open/simple/")).With(200);
        (await part.AskAsync("/simple/part-one/part_one-1.0-py3-none-any.whl")).With(200);
        (await part.AskAsync("/all/simple/whole/")).With(404);
        Assert.DoesNotContain("whole", await part.ReadProjectsAsync());
    }

    [Theory]
    [InlineData("/all/legacy/")]
    [InlineData("/all/simple/")]
    public async Task An_upload_is_405_that_names_the_members(string path)
    {
        var file = ClientForm.LikeTwine(Wheels.Build("refused", "1.0"));
        using var nobody = running.Server.Client();
        using var secret = running.Server.Client("__token__", "team-write");
        using var token = running.Server.Client("__token__", GroupFixture.MemberToken);
        using var wrong = running.Server.Client("__token__", "wrong");

        foreach (var client in (HttpClient[])[_reader, secret, token])
        {
            var refused = (await client.UploadAsync(file, path)).With(405);
            Assert.Equal("GET, HEAD", refused["Allow"]);
            Assert.Contains("team, shared", refused.Text, StringComparison.Ordinal);
            Assert.Contains("read only", refused.Reason, StringComparison.Ordinal);
        }

        (await nobody.UploadAsync(file, path)).With(401);
        (await wrong.UploadAsync(file, path)).With(401);
        (await nobody.UploadAsync(file, path.Replace("all", "open", StringComparison.Ordinal))).With(401);
        Assert.Empty(await _reader.FilenamesAsync("refused"));
    }

    [Fact]
    public async Task Management_is_405()
    {
        await _team.PublishAsync(Wheels.Build("managed", "1.0"));
        foreach (var (method, path) in ((HttpMethod, string)[])
        [
            (HttpMethod.Delete, "/all/api/projects/managed/versions/1.0"),
            (HttpMethod.Put, "/all/api/projects/managed/versions/1.0/yank"),
            (HttpMethod.Post, "/all/api/tokens"),
        ])
        {
            using var request = new HttpRequestMessage(method, path) { Content = method != HttpMethod.Delete ? JsonBody("{\"name\":\"x\"}") : null };
            Assert.Equal("GET, HEAD", (await Answer.ReadAsync(await _reader.SendAsync(request))).With(405)["Allow"]);
        }

        (await _reader.AskAsync("/all/api/tokens")).With(403);
        Assert.Equal(["managed-1.0-py3-none-any.whl"], await _reader.FilenamesAsync("managed"));
    }

    [Fact]
    public async Task A_change_of_a_member_shows_at_once()
    {
        for (var version = 1; version <= 5; version++)
        {
            await _team.PublishAsync(Wheels.Build("quick", $"{version}.0"));
            Assert.Equal(version, (await _reader.FilenamesAsync("quick")).Count);
            await _shared.PublishAsync(Wheels.Build($"quick-{version}", "1.0"));
            Assert.Contains($"quick-{version}", await _reader.ReadProjectsAsync());
        }

        using var yank = new HttpRequestMessage(HttpMethod.Put, "/api/projects/quick/versions/5.0/yank") { Content = JsonBody("{\"reason\":\"bad\"}") };
        (await Answer.ReadAsync(await _team.SendAsync(yank))).With(200);
        Assert.Equal("bad", (await _reader.ProjectAsync("quick")).GetProperty("files")[4].GetProperty("yanked").GetString());
        (await _team.AskAsync(HttpMethod.Delete, "/api/projects/quick/versions/1.0")).With(200);
        Assert.Equal(4, (await _reader.FilenamesAsync("quick")).Count);
    }

    [Fact]
    public async Task The_browser_shows_members_and_hints_at_no_upload()
    {
        await _shared.PublishAsync(Wheels.Build("shown", "1.0"));
        using var nobody = running.Server.Client();

        var group = (await nobody.AskAsync("/open/")).With(200).Text;
        Assert.Contains("href=\"/shared/\"", group, StringComparison.Ordinal);
        Assert.DoesNotContain("twine", group, StringComparison.Ordinal);
        Assert.DoesNotContain("publish-url", group, StringComparison.Ordinal);
        var project = (await nobody.AskAsync("/open/project/shown/")).With(200).Text;
        Assert.Contains("from <a href=\"/shared/project/shown/\">shared</a>", project, StringComparison.Ordinal);
        Assert.DoesNotContain("twine", project, StringComparison.Ordinal);
    }

    [FactWhen(Needs.Venv, Needs.Twine)]
    public async Task Pip_installs_through_a_group_from_two_members_and_upstream()
    {
        using var user = new PythonUser();
        var (ours, theirs) = (Wheels.Build("pip-ours", "1.0", metadata: SampleMetadata.Requiring("pip-ours", "1.0", "pip-theirs")), Wheels.Build("pip-theirs", "1.0", metadata: SampleMetadata.Requiring("pip-theirs", "1.0", "pip-up")));
        running.First.Put(new FakeProject("pip-up", FakeFile.Wheel("pip-up", "1.0")));
        running.First.Put(new FakeProject("pip-ours", FakeFile.Wheel("pip-ours", "99.0")));
        running.Second.Put(new FakeProject("pip-theirs", FakeFile.Wheel("pip-theirs", "99.0")));
        await TwineAsync(user, "team", ours);
        await TwineAsync(user, "shared", theirs);
        await TwineAsync(user, "shared", Wheels.Build("pip-ours", "50.0"));
        var python = await user.CreateVenvAsync(PythonClients.Python ?? "");

        (await user.PipAsync(python, "install", "--trusted-host", "127.0.0.1", "--index-url", running.Server.UrlFor("all/simple/", "any", GroupFixture.ReadSecret), "pip-ours")).Succeeded();

        var frozen = (await user.PipAsync(python, "freeze")).Succeeded().Stdout;
        Assert.Equal("pip-ours==1.0\npip-theirs==1.0\npip-up==1.0\n", frozen.ReplaceLineEndings("\n"));

        await File.WriteAllBytesAsync(user.At("refused", ours.Filename), ours.Content);
        (await user.TwineUploadAsync(new Uri(running.Server.BaseAddress, "all/legacy/"), "team", "team-write", user.At("refused", ours.Filename))).Failed().Saying("405");
    }

    public void Dispose()
    {
        _reader.Dispose();
        _team.Dispose();
        _shared.Dispose();
    }

    private async Task TwineAsync(PythonUser user, string member, Distribution file)
    {
        var path = user.At(member, file.Filename);
        await File.WriteAllBytesAsync(path, file.Content);
        (await user.TwineUploadAsync(new Uri(running.Server.BaseAddress, $"{member}/legacy/"), member, $"{member}-write", path)).Succeeded();
    }

    private static StringContent JsonBody(string json) => new(json, Encoding.UTF8, "application/json");
}
