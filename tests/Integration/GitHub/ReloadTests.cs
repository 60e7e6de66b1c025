using PyWharf.Application.Access;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>A configuration that is read again while GitHub is away.</summary>
public sealed class ReloadTests : GitHubServer
{
    [Fact]
    public async Task A_token_is_taken_out_and_pages_go_on()
    {
        var (leaked, next) = (TokenText.New(), TokenText.New());
        var root = Folder();
        var server = await StartAsync(root, TableOf(leaked));
        using var old = server.Client("__token__", leaked.Reveal());
        using var current = server.Client("__token__", next.Reveal());
        (await old.UploadAsync(Wheels.Build("demo", "1.0"))).With(200);
        await Eventually.HoldsAsync(async () => (await old.AskAsync("/simple/demo/")).Status == 200, Soon);
        GitHub.Faults.Next(_ => true, new Fault.Answer(502), times: 1_000_000);

        await File.WriteAllTextAsync(root.At("config.toml"), Config(TableOf(next)));
        server.Send(PyWharfProcess.SigHup);

        await Eventually.HoldsAsync("it is read", () => server.Log.Contains("was read again from", StringComparison.Ordinal));
        (await current.AskAsync("/simple/demo/")).With(200);
        (await old.AskAsync("/simple/demo/")).With(401);
    }

    private static string[] TableOf(Domain.Secret token) => ["[team.tokens.ci]", $"sha256 = \"{TokenText.DigestOf(token)}\"", "permission = \"write\""];
}
