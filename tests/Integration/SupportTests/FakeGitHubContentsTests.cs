using System.Security.Cryptography;
using System.Text;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.SupportTests;

public class FakeGitHubContentsTests : FakeGitHubTest
{
    private const string Raw = "application/vnd.github.raw+json";

    [Fact]
    public async Task Blobs_trees_and_commits_have_the_names_git_gives_them()
    {
        // git hash-object, git mktree
        Assert.Equal("ce013625030ba8dba906f756967f9e9ca394464a", GitObjects.BlobSha("hello\n"u8.ToArray()));
        Assert.Equal("b4d01e9b0c4a9356736dfddf8830ba9a54f5271c", GitObjects.TreeSha([new("hello", "100644", "blob", "ce013625030ba8dba906f756967f9e9ca394464a", 6)]));
        Packages.Put("sub/hello", "hello\n"u8.ToArray(), "fresh");

        var tree = (await GetAsync("/git/trees/fresh")).With(200).Json.GetProperty("tree");
        var all = (await GetAsync("/git/trees/fresh?recursive=1")).With(200).Json.GetProperty("tree");

        Assert.Equal(("sub", "tree", "b4d01e9b0c4a9356736dfddf8830ba9a54f5271c"), (tree[0].Text("path"), tree[0].Text("type"), tree[0].Text("sha")));
        Assert.Equal(["sub", "sub/hello"], all.Texts("path"));
        (await GetAsync($"/git/trees/{tree[0].Text("sha")}")).With(200);
    }

    [Fact]
    public async Task A_blob_is_base64_in_lines_or_raw()
    {
        var content = RandomNumberGenerator.GetBytes(1000);
        var sha = Packages.Put("index.toml", content).Files["index.toml"];

        var json = (await GetAsync($"/git/blobs/{sha}")).With(200).Json;

        Assert.Contains("\n", json.Text("content")[..70], StringComparison.Ordinal);
        Assert.Equal(content, Convert.FromBase64String(json.Text("content")));
        Assert.Equal(content, (await GetAsync($"/git/blobs/{sha}", ("Accept", Raw))).With(200).Bytes);
    }

    [Fact]
    public async Task A_large_tree_is_truncated()
    {
        GitHub.Limits.TreeEntries = 1;
        Packages.Put("index.toml", [1]);

        var answer = (await GetAsync("/git/trees/main")).With(200).Json;

        Assert.True(answer.GetProperty("truncated").GetBoolean());
        Assert.Equal(1, answer.GetProperty("tree").GetArrayLength());
    }

    [Fact]
    public async Task A_file_over_one_megabyte_comes_raw_only_and_over_a_hundred_not_at_all()
    {
        (GitHub.Limits.InlineContent, GitHub.Limits.RawContent) = (10, 100);
        Packages.Put("small", new byte[10]);
        Packages.Put("large", new byte[11]);
        Packages.Put("huge", new byte[101]);

        Assert.Equal(("AAAAAAAAAAAAAA==\n", "base64"), Content((await GetAsync("/contents/small")).With(200)));
        Assert.Equal(("", "none"), Content((await GetAsync("/contents/large")).With(200)));
        Assert.Equal(11, (await GetAsync("/contents/large", ("Accept", Raw))).With(200).Bytes.Length);
        Assert.Contains("too_large", (await GetAsync("/contents/huge", ("Accept", Raw))).With(403).Text, StringComparison.Ordinal);
        (await GetAsync($"/git/blobs/{Packages.History()[0].Files["huge"]}")).With(403);
    }

    [Fact]
    public async Task A_folder_is_a_list_of_what_lies_in_it()
    {
        Packages.Put("docs/a b.txt", [1]);

        Assert.Equal(["README.md", "docs"], (await GetAsync("/contents")).With(200).Json.Texts("name"));
        Assert.Equal(["docs/a b.txt"], (await GetAsync("/contents/docs")).With(200).Json.Texts("path"));
        (await GetAsync("/contents/docs/a%20b.txt")).With(200);
        (await GetAsync("/contents/none")).With(404);
        Assert.Equal("No commit found for the ref none", (await GetAsync("/contents/docs?ref=none")).With(404).Message());
    }

    [Fact]
    public async Task A_new_file_is_201_whatever_sha_is_given_and_the_next_commit_is_200()
    {
        var created = (await PutAsync("index.toml", "one", sha: "ffff")).With(201).Json.GetProperty("content").Text("sha");

        (await PutAsync("index.toml", "two", created)).With(200);

        Assert.Equal("two", Encoding.UTF8.GetString(Packages.Read("index.toml") ?? []));
    }

    [Fact]
    public async Task Replacing_a_file_takes_the_sha_of_what_is_there()
    {
        Packages.Put("index.toml", [1]);

        Assert.Equal("Invalid request.\n\n\"sha\" wasn't supplied.", (await PutAsync("index.toml", "two")).With(422).Message());
        Assert.Equal("index.toml does not match ffff", (await PutAsync("index.toml", "two", "ffff")).With(409).Message());
        Assert.Equal([1], Packages.Read("index.toml"));
    }

    [Fact]
    public async Task An_unknown_branch_is_found_missing_first()
    {
        (await SendAsync("PUT", "/contents/index.toml", new { branch = "none" })).With(404);
        (await SendAsync("PUT", "/contents/index.toml", new { branch = "main" })).With(422);
        (await SendAsync("PUT", "/contents/index.toml", new { message = "m", content = "###" })).With(422);
    }

    [Fact]
    public async Task A_commit_of_another_file_in_between_is_a_conflict()
    {
        var pause = new Fault.Pause();
        GitHub.Faults.Next(request => request.Method == "PUT", pause);

        var put = PutAsync("index.toml", "one");
        await pause.Reached;
        Packages.Put("other", [1]);
        pause.Release();

        Assert.Matches("^is at [0-9a-f]{40} but expected [0-9a-f]{40}$", (await put).With(409).Message());
        (await PutAsync("index.toml", "one")).With(201);
    }

    [Fact]
    public async Task Rules_forbid_a_direct_commit()
    {
        Packages.ProtectedBranches.Add("main");

        Assert.StartsWith("Repository rule violations found", (await PutAsync("index.toml", "one")).With(409).Message(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_after_a_commit_may_see_the_state_before()
    {
        Packages.Put("index.toml", "one"u8.ToArray());
        Packages.Git.ReadLag = 2;
        var sha = GitObjects.BlobSha("one"u8.ToArray());

        (await PutAsync("index.toml", "two", sha)).With(200);

        Assert.Equal("one", (await GetAsync("/contents/index.toml", ("Accept", Raw))).Text);
        Assert.Contains(sha, (await GetAsync("/git/trees/main")).Text, StringComparison.Ordinal);
        Assert.Equal("two", (await GetAsync("/contents/index.toml", ("Accept", Raw))).Text);
        (await PutAsync("index.toml", "three", sha)).With(409);
    }

    [Fact]
    public async Task Deleting_takes_the_sha_too()
    {
        var sha = Packages.Put("index.toml", [1]).Files["index.toml"];

        (await SendAsync("DELETE", "/contents/index.toml", new { message = "m", sha = "ffff" })).With(409);
        (await SendAsync("DELETE", "/contents/index.toml", new { message = "m", sha })).With(200);
        Assert.Null(Packages.Read("index.toml"));
        (await SendAsync("DELETE", "/contents/index.toml", new { message = "m", sha })).With(404);
    }

    [Fact]
    public async Task A_branch_is_made_from_a_commit_once()
    {
        var sha = (await GetAsync("/git/ref/heads/main")).With(200).Json.GetProperty("object").Text("sha");
        var branch = new { @ref = "refs/heads/gh-pages", sha };

        (await SendAsync("POST", "/git/refs", branch)).With(201);
        Assert.Equal("Reference already exists", (await SendAsync("POST", "/git/refs", branch)).With(422).Message());
        (await SendAsync("DELETE", "/git/refs/heads/gh-pages")).With(204);
        (await SendAsync("DELETE", "/git/refs/heads/gh-pages")).With(422);
    }

    [Fact]
    public async Task A_commit_tells_its_date()
    {
        var date = new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero);
        Packages.Put("index.toml", [1], date: date);

        var commit = (await GetAsync("/commits/main")).With(200).Json.GetProperty("commit");

        Assert.Equal("2020-01-02T03:04:05Z", commit.GetProperty("committer").Text("date"));
    }

    private static (string Content, string Encoding) Content(Answer answer) => (answer.Json.Text("content"), answer.Json.Text("encoding"));

    private Task<Answer> PutAsync(string path, string text, string? sha = null)
    {
        var content = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

        return SendAsync("PUT", $"/contents/{path}", sha is null ? (object)new { message = "m", content, branch = "main" } : new { message = "m", content, branch = "main", sha });
    }
}
