using System.Text.Json;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using static PyWharf.Unit.Infrastructure.GitHub.StubGitHub;

namespace PyWharf.Unit.Infrastructure.GitHub;

public class SetupTests
{
    private const string Repository = """{"id":1,"full_name":"o/r","private":true,"default_branch":"main","archived":false}""";

    [Theory]
    [InlineData(false, "/user/repos")]
    [InlineData(true, "/orgs/o/repos")]
    public async Task A_repository_is_made_with_a_first_commit(bool isOrganization, string path)
    {
        var github = new StubGitHub(Answer(201, Repository));

        var repository = await github.Api().CreateRepositoryAsync(Token, "o", isOrganization, "r", isPrivate: true, "Packages", default);

        Assert.Equal("main", repository.DefaultBranch);
        Assert.Equal(("POST", Address + path), (github.Last.Method, github.Last.Url));
        AssertJson("""{"name":"r","description":"Packages","private":true,"auto_init":true}""", github.Last.Text);
    }

    [Theory]
    [InlineData(201, "")]
    [InlineData(409, "GitHub Pages is already enabled.")]
    public async Task A_site_is_published_once(int status, string message)
    {
        var github = new StubGitHub(Message(status, message));

        await github.Api().EnablePagesAsync(Token, "gh-pages", default);

        Assert.Equal(("POST", Address + "/repos/o/r/pages"), (github.Last.Method, github.Last.Url));
        AssertJson("""{"source":{"branch":"gh-pages","path":"/"}}""", github.Last.Text);
    }

    [Fact]
    public async Task A_plan_without_sites_is_trouble()
    {
        var github = new StubGitHub(Message(422, "Your current plan does not support GitHub Pages for this repository."));

        var thrown = await Assert.ThrowsAsync<GitHubException>(() => github.Api().EnablePagesAsync(Token, "gh-pages", default));

        Assert.Equal(GitHubErrorKind.Invalid, thrown.Kind);
    }

    private static void AssertJson(string expected, string actual) =>
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, JsonDocument.Parse(actual).RootElement), actual);
}
