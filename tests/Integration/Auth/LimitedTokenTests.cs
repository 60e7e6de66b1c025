using PyWharf.Integration.Support;

namespace PyWharf.Integration.Auth;

/// <summary>What a token for some projects sees and changes.</summary>
[Collection(TokenServer.Name)]
public sealed class LimitedTokenTests(TokenServer server) : IAsyncLifetime, IDisposable
{
    private static readonly Distribution Ours = Wheels.Build("billing", "1.0");
    private static readonly Distribution Family = Wheels.Build("billing-ui", "1.0");
    private static readonly Distribution Theirs = Wheels.Build("secret-plans", "1.0");

    private readonly HttpClient _writer = server.Server.Client("team", TokenServer.WriteSecret);
    private readonly HttpClient _limited = server.Client("billing");

    public async Task InitializeAsync()
    {
        foreach (var wheel in new[] { Ours, Family, Theirs })
        {
            (await _writer.UploadAsync(wheel)).With(200);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _writer.Dispose();
        _limited.Dispose();
    }

    [Theory]
    [InlineData(Requests.Json)]
    [InlineData("text/html")]
    public async Task Its_list_has_its_projects_only_and_shares_no_tag_with_the_whole(string accept)
    {
        var whole = (await _writer.AskAsync("/simple/", ("Accept", accept))).With(200);
        var view = (await _limited.AskAsync("/simple/", ("Accept", accept))).With(200);

        Assert.Contains("secret-plans", whole.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-plans", view.Text, StringComparison.Ordinal);
        Assert.Contains("billing-ui", view.Text, StringComparison.Ordinal);
        Assert.NotEqual(whole["ETag"], view["ETag"]);
        Assert.Contains("private", view["Cache-Control"], StringComparison.Ordinal);
        Assert.Contains("Authorization", view["Vary"], StringComparison.Ordinal);
        (await _limited.AskAsync("/simple/", ("Accept", accept), ("If-None-Match", whole["ETag"] ?? ""))).With(200);
        (await _limited.AskAsync("/simple/", ("Accept", accept), ("If-None-Match", view["ETag"] ?? ""))).With(304);
    }

    [Fact]
    public async Task An_upload_shows_in_the_view_at_once()
    {
        var name = $"billing-{Guid.NewGuid():N}";
        (await _limited.AskAsync("/simple/")).With(200);

        (await _limited.UploadAsync(Wheels.Build(name, "1.0"))).With(200);

        Assert.Contains(name, (await _limited.AskAsync("/simple/")).With(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_nothing_is_a_list()
    {
        using var nothing = server.Client("nothing");

        Assert.Empty((await nothing.AskAsync("/simple/", ("Accept", Requests.Json))).With(200).Json.GetProperty("projects").EnumerateArray());
        Assert.Equal(0, (await nothing.AskAsync("/search?q=")).With(200).Json.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task The_time_of_the_index_tells_nothing_of_other_projects()
    {
        using var nothing = server.Client("nothing");

        Assert.Equal("0", (await nothing.AskAsync("/index_mtime/")).With(200).Text);
        Assert.NotEqual("0", (await _limited.AskAsync("/index_mtime/")).With(200).Text);
    }

    [Fact]
    public async Task Search_finds_its_projects_only_and_counts_no_others()
    {
        var found = (await _limited.AskAsync("/search?q=secret")).With(200).Json;

        Assert.Equal(0, found.GetProperty("total").GetInt32());
        Assert.Equal(1, (await _writer.AskAsync("/search?q=secret-plans")).With(200).Json.GetProperty("total").GetInt32());
        Assert.Contains("billing", (await _limited.AskAsync("/search?q=")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/simple/{0}/")]
    [InlineData("/team/simple/{0}/")]
    [InlineData("/simple/+simple/{0}/")]
    [InlineData("/legacy/+simple/{0}/")]
    [InlineData("/simple/{0}/{1}")]
    [InlineData("/simple/{0}/{1}.metadata")]
    [InlineData("/legacy/+simple/{0}/{1}")]
    [InlineData("/pypi/{0}/json")]
    [InlineData("/pypi/{0}/1.0/json")]
    [InlineData("/api/projects/{0}")]
    public async Task Another_project_is_404_in_the_words_for_one_that_is_not_there(string path)
    {
        var there = (await _limited.AskAsync(string.Format(null, path, "secret-plans", Theirs.Filename))).With(404);
        var notThere = (await _limited.AskAsync(string.Format(null, path, "secret-plane", Theirs.Filename))).With(404);

        Assert.Equal(notThere.Text, there.Text.Replace("secret-plans", "secret-plane", StringComparison.Ordinal));
        (await _writer.AskAsync(string.Format(null, path, "secret-plans", Theirs.Filename))).With(200);
        (await _limited.AskAsync(string.Format(null, path, "billing", Ours.Filename))).With(200);
    }

    [Fact]
    public async Task Upstream_is_asked_for_what_it_may_read_only()
    {
        using var readsAll = server.Client("billing-reads-all");
        var before = server.Upstream.Requests.Count;

        (await _limited.AskAsync("/simple/up-html/")).With(404);
        (await _limited.AskAsync("/simple/up-html/up_html-1.0.tar.gz")).With(404);
        Assert.Equal(before, server.Upstream.Requests.Count);

        (await readsAll.AskAsync("/simple/up-html/")).With(200);
    }

    [Fact]
    public async Task It_reads_more_than_it_changes_where_it_says_so()
    {
        using var readsAll = server.Client("billing-reads-all");

        Assert.Contains("secret-plans", (await readsAll.AskAsync("/simple/")).Text, StringComparison.Ordinal);
        Assert.Equal(Theirs.Content, (await readsAll.AskAsync($"/simple/secret-plans/{Theirs.Filename}")).With(200).Bytes);
        Assert.Contains("The token billing-reads-all may not change", (await readsAll.UploadAsync(Wheels.Build("secret-plans", "2.0"))).With(403).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_uploads_its_projects_only_and_a_refusal_leaves_nothing_behind()
    {
        var refused = (await _limited.UploadAsync(Wheels.Build("secret-plans", "3.0"))).With(403);

        Assert.Contains("The token billing may not change the project secret-plans: it is for billing, billing-*.", refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Text("billing"), refused.Text, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(server.Storage, "secret-plans", "secret_plans-3.0-py3-none-any.whl")));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(server.Storage, ".staging")));
    }

    [Theory]
    [InlineData("name", "billing")]
    [InlineData("name", "")]
    public async Task A_name_in_the_form_that_is_not_the_files_publishes_nothing(string field, string value)
    {
        var form = ClientForm.LikeTwine(Wheels.Build("secret-plans", "4.0")).With(field, value);

        Assert.InRange((await _limited.UploadAsync(form)).Status, 400, 403);
        Assert.DoesNotContain("secret_plans-4.0", string.Join('\n', await _writer.FilenamesAsync("secret-plans")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT", "versions/1.0/yank")]
    [InlineData("DELETE", "versions/1.0/yank")]
    [InlineData("PUT", "files/secret_plans-1.0-py3-none-any.whl/yank")]
    [InlineData("DELETE", "files/secret_plans-1.0-py3-none-any.whl")]
    [InlineData("DELETE", "versions/1.0")]
    [InlineData("PUT", "status")]
    public async Task It_changes_nothing_of_another_project(string method, string path)
    {
        using var admin = server.Client("billing-admin");

        var refused = (await admin.AskAsync(new HttpMethod(method), $"/api/projects/secret-plans/{path}")).With(403);

        Assert.Contains("The token billing-admin may not change the project secret-plans", refused.Text, StringComparison.Ordinal);
    }
}
