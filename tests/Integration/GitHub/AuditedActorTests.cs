using PyWharf.Application.Access;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.GitHub;

/// <summary>Who the audit log says it was, for a repository on GitHub.</summary>
public sealed class AuditedActorTests : GitHubServer
{
    [Fact]
    public async Task A_token_of_GitHub_is_its_account_and_one_of_ours_its_name()
    {
        var token = TokenText.New();
        var root = Folder();
        var server = await StartAsync(root, "[team.tokens.ci]", $"sha256 = \"{TokenText.DigestOf(token)}\"", "permission = \"write\"");
        using var person = server.Client(Name, Writer.Value);
        using var job = server.Client("__token__", token.Reveal());

        (await person.UploadAsync(Wheels.Build("by-a-person", "1.0"))).With(200);
        (await job.UploadAsync(Wheels.Build("by-a-job", "1.0"))).With(200);

        var lines = WrittenEvents.Of(root.Path, "publish");
        Assert.Equal(["by-a-person", "by-a-job"], lines.Select(line => line.Text("project")));
        Assert.StartsWith("github ", lines[0].Actor(), StringComparison.Ordinal);
        Assert.DoesNotContain(Writer.Value, $"{lines[0]}", StringComparison.Ordinal);
        Assert.Equal("token ci", lines[1].Actor());
    }
}
