using PyWharf.Application.Access;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>Tokens of pywharf for a repository on GitHub: one GitHub token, the server's, for a whole organisation.</summary>
public sealed class TokensOfOursTests : GitHubServer
{
    [Fact]
    public async Task A_token_acts_with_the_servers_own_token_and_never_goes_to_GitHub_itself()
    {
        var (writes, reads) = (TokenText.New(), TokenText.New());
        var server = await StartAsync(
            Folder(),
            "[team.tokens.ci]", $"sha256 = \"{TokenText.DigestOf(writes)}\"", "permission = \"write\"", "projects = [\"demo\"]",
            "[team.tokens.reader]", $"sha256 = \"{TokenText.DigestOf(reads)}\"");
        using var ci = server.Client("__token__", writes.Reveal());
        using var reader = server.Client("anybody", reads.Reveal());
        using var unknown = server.Client("__token__", TokenText.New().Reveal());
        var wheel = Wheels.Build("demo", "1.0");

        (await ci.UploadAsync(wheel)).With(200);
        (await ci.UploadAsync(Wheels.Build("other", "1.0"))).With(403);
        (await reader.UploadAsync(Wheels.Build("demo", "2.0"))).With(403);
        (await unknown.AskAsync("/simple/")).With(401);

        await Eventually.HoldsAsync(async () => (await reader.AskAsync("/simple/demo/")).Status == 200, Soon);
        (await reader.AskAsync($"/simple/demo/{wheel.Filename}")).With(302);
        Assert.Equal(wheel.Filename, Assert.Single(Repository.Releases, release => !release.Draft).Tag);
        Assert.All(GitHub.Log.All, request => Assert.True(!request.HasAuthorization || request.Token is not null, $"{request}"));
    }

    [Fact]
    public async Task A_push_permission_deletes_unless_the_policy_reserves_that_for_admins()
    {
        var server = await StartAsync(Folder(), "[team.policy]", "deletion = \"admin\"");
        using var writer = server.Client(Name, Writer.Value);
        using var admin = server.Client(Name, Admin.Value);
        (await writer.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);

        (await writer.AskAsync(HttpMethod.Delete, "/api/projects/demo/versions/1.0")).With(403);
        (await admin.AskAsync(HttpMethod.Delete, "/api/projects/demo/versions/1.0")).With(200);
    }
}
