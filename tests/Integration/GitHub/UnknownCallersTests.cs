using System.Globalization;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>Callers without a valid token learn no names, and lock nobody out.</summary>
public sealed class UnknownCallersTests : GitHubServer
{
    [Fact]
    public async Task Nothing_tells_a_repository_that_is_not_there_from_one_on_GitHub_or_on_this_disk()
    {
        var server = await StartAsync(Folder(), "[files]\ntype = \"file_system\"\nread_secret = \"readers\"\nwrite_secret = \"writers\"");
        await ReadyAsync(server, Reader);
        var before = Requests.Count;

        // None of these is shown to GitHub, which is asked for its time with the server's own token.
        var refused = new List<Answer>();
        for (var i = 0; i < 8; i++)
        {
            refused.Add((await AskAsync(server, $"not-here-{i}", "ghp_nobody")).With(401));
        }

        Assert.Equal([Admin], Requests.Skip(before).Select(request => request.Token));
        refused.Add((await AskAsync(server, "files", "ghp_nobody")).With(401));
        refused.Add((await AskAsync(server, Name, "ghp_nobody")).With(401));
        Assert.Single(refused.Select(answer => answer.Text).Distinct());

        // That were as many refusals as one address has a minute.
        var later = new List<Answer>();
        foreach (var name in (string[])["not-here", "files", Name, ""])
        {
            later.Add((await AskAsync(server, name, "ghp_other")).With(503));
        }

        Assert.Single(later.Select(answer => answer.Text).Distinct());
        (await AskAsync(server, "not-here-1", "ghp_nobody")).With(401);
        (await AskAsync(server, Name, "ghp_nobody")).With(401);
        (await AskAsync(server, "files", "readers")).With(200);
    }

    [Fact]
    public async Task Invented_tokens_keep_out_neither_new_people_from_elsewhere_nor_after_a_restart_those_who_were_there()
    {
        var root = Folder();
        var server = await StartBehindProxyAsync(root);
        await ReadyAsync(server, Reader);
        await ReadyAsync(server, Writer);
        for (var i = 0; i < 120; i++)
        {
            await AskAsync(server, Name, $"ghp_nobody{i}", from: "2001:db8::" + i.ToString("x", CultureInfo.InvariantCulture));
        }

        (await AskAsync(server, Name, GitHub.AddToken(Repository, Role.Pull).Value, from: "2001:db8:1::1")).With(200);
        await server.TerminateAsync();

        server = await StartBehindProxyAsync(root);
        await ReadyAsync(server, Writer);
        for (var i = 0; i < 120; i++)
        {
            await AskAsync(server, Name, $"ghp_nobody{i}", from: string.Create(CultureInfo.InvariantCulture, $"198.51.100.{i}"));
        }

        (await AskAsync(server, Name, GitHub.AddToken(Repository, Role.Pull).Value, from: "2001:db8:2::1")).With(503);
        (await AskAsync(server, Name, Reader.Value, from: "2001:db8:2::1")).With(200);
        AssertKeepsNo(root, Reader.Value);
    }

    private List<LoggedRequest> Requests => [.. GitHub.Log.All.Where(request => request.Path == "/repos/acme/packages")];

    private Task<PyWharfProcess> StartBehindProxyAsync(TempFolder root) => StartAsync(root, [], ["--trusted_proxy=127.0.0.1"]);

    private static Task ReadyAsync(PyWharfProcess server, FakeToken token) =>
        Eventually.HoldsAsync(async () => (await AskAsync(server, Name, token.Value)).Status == 200);

    private static async Task<Answer> AskAsync(PyWharfProcess server, string user, string token, string? from = null)
    {
        using var client = server.Client(user, token);

        return await client.AskAsync("/simple/", from is null ? [] : [("X-Forwarded-For", from)]);
    }

    /// <summary>The file of known tokens is readable by the server's user alone, and has no tokens.</summary>
    private static void AssertKeepsNo(TempFolder root, string token)
    {
        var files = Directory.GetFiles(root.Path, "known_tokens*", SearchOption.AllDirectories);
        Assert.Equal(2, files.Length);
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode));
        Assert.All(files, file => Assert.DoesNotContain(token, File.ReadAllText(file), StringComparison.Ordinal));
    }
}
