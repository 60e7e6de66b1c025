using PyWharf.Infrastructure.Backends.GitHub.Api;
using static PyWharf.Unit.Infrastructure.GitHub.StubGitHub;

namespace PyWharf.Unit.Infrastructure.GitHub;

public class GitHubErrorTests
{
    [Theory]
    [InlineData(400, "Problems parsing JSON", nameof(GitHubErrorKind.Invalid))]
    [InlineData(401, "Bad credentials", nameof(GitHubErrorKind.Unauthorized))]
    [InlineData(404, "Not Found", nameof(GitHubErrorKind.NotFound))]
    [InlineData(410, "Gone", nameof(GitHubErrorKind.NotFound))]
    [InlineData(409, "index.toml does not match 1234", nameof(GitHubErrorKind.Conflict))]
    [InlineData(413, "Too large", nameof(GitHubErrorKind.Invalid))]
    [InlineData(422, "Validation Failed", nameof(GitHubErrorKind.Invalid))]
    [InlineData(422, "Reference already exists", nameof(GitHubErrorKind.AlreadyExists))]
    [InlineData(451, "Repository access blocked", nameof(GitHubErrorKind.Forbidden))]
    [InlineData(500, "Server Error", nameof(GitHubErrorKind.Unavailable))]
    // The four meanings of 403.
    [InlineData(403, "You have exceeded a secondary rate limit", nameof(GitHubErrorKind.RateLimited))]
    [InlineData(403, "Resource not accessible by personal access token", nameof(GitHubErrorKind.Forbidden))]
    [InlineData(403, "Repository was archived so is read-only.", nameof(GitHubErrorKind.Forbidden))]
    [InlineData(403, "Maximum number of login attempts exceeded. Please try again later.", nameof(GitHubErrorKind.RateLimited))]
    public async Task Trouble_has_a_kind_and_says_what_GitHub_said(int status, string message, string kind)
    {
        var trouble = await RefuseAsync(Message(status, message));

        Assert.Equal(kind, trouble.Kind.ToString());
        if (trouble.Kind != GitHubErrorKind.RateLimited)
        {
            Assert.Equal($"GitHub answered {status} to POST /repos/o/r/releases: {message}", trouble.Message);
        }
    }

    [Fact]
    public async Task A_permission_that_lacks_is_named()
    {
        var trouble = await RefuseAsync(Message(
            403, "Resource not accessible by personal access token", ("X-Accepted-GitHub-Permissions", "contents=write"), ("x-ratelimit-remaining", "4999")));

        Assert.Equal(GitHubErrorKind.Forbidden, trouble.Kind);
        Assert.EndsWith("The token needs contents=write.", trouble.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_code_says_that_something_exists()
    {
        var trouble = await RefuseAsync(Answer(
            422, """{"message":"Validation Failed","errors":[{"resource":"Release","code":"already_exists","field":"tag_name"}]}"""));

        Assert.Equal(GitHubErrorKind.AlreadyExists, trouble.Kind);
    }

    [Fact]
    public async Task A_repository_that_exists_has_no_code_of_its_own()
    {
        var trouble = await RefuseAsync(Answer(422, """
            {"message":"Repository creation failed.",
             "errors":[{"resource":"Repository","code":"custom","field":"name","message":"name already exists on this account"}]}
            """));

        Assert.Equal(GitHubErrorKind.AlreadyExists, trouble.Kind);
    }

    [Fact]
    public async Task The_errors_are_part_of_the_message()
    {
        var trouble = await RefuseAsync(Answer(422, """
            {"message":"Validation Failed","errors":[
              {"resource":"Release","code":"custom","field":"body","message":"body is too long (maximum is 125000 characters)"},
              {"resource":"Release","code":"invalid","field":"tag_name"},
              "and a text", 5, null, {}]}
            """));

        Assert.Equal(GitHubErrorKind.Invalid, trouble.Kind);
        Assert.EndsWith(
            ": Validation Failed (body is too long (maximum is 125000 characters); Release tag_name invalid; and a text)",
            trouble.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>no</html>")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"message":5,"errors":"no"}""")]
    [InlineData("""{"message":""")]
    public async Task A_refusal_without_reasons_is_one_too(string body)
    {
        var trouble = await RefuseAsync(Answer(422, body));

        Assert.Equal((GitHubErrorKind.Invalid, "GitHub answered 422 to POST /repos/o/r/releases."), (trouble.Kind, trouble.Message));
    }

    [Fact]
    public async Task A_refusal_is_one_short_line_without_secrets()
    {
        var message = @$"line\r\n\u0000\u001b[31m {Token.Reveal()} https://s3.test/f?X-Amz-Signature=abc def " + new string('x', 10_000);

        var trouble = await RefuseAsync(Message(422, message));

        Assert.StartsWith(
            "GitHub answered 422 to POST /repos/o/r/releases: line [31m *** https://s3.test/f?… def xxx", trouble.Message, StringComparison.Ordinal);
        Assert.True(trouble.Message.Length < 500);
        Assert.DoesNotContain(Token.Reveal(), trouble.ToString(), StringComparison.Ordinal);
    }

    private static Task<GitHubException> RefuseAsync(Func<HttpResponseMessage> answer) =>
        Assert.ThrowsAsync<GitHubException>(() => new StubGitHub(answer).Api().CreateDraftAsync(Token, "a-1.zip", "text", default));
}
