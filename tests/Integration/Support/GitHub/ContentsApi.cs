namespace PyWharf.Integration.Support.GitHub;

/// <summary>Files and folders of a branch.</summary>
internal static class ContentsApi
{
    public static Reply Get(Call call, FakeRepository repository, string path)
    {
        repository.LookAtGit();
        if (Need.ReadContents.Refusal(call.Token, repository) is { } refusal)
        {
            return refusal;
        }

        if (repository.Git.IsEmpty)
        {
            return Reply.NotFound("This repository is empty.");
        }

        var name = call.Query.TryGetValue("ref", out var asked) ? asked.ToString() : repository.DefaultBranch;
        if (repository.Git.Read(name) is not { } commit)
        {
            return Reply.NotFound($"No commit found for the ref {name}");
        }

        if (path.Length == 0)
        {
            return Folder(call, repository, path, commit.Tree, name);
        }

        return repository.Git.Find(commit, path) switch
        {
            null => Reply.NotFound(),
            { Type: "tree" } folder => Folder(call, repository, path, folder.Sha, name),
            var file => File(call, repository, path, file, name),
        };
    }

    /// <summary>What an answer says of a file or folder, apart from its content.</summary>
    public static Dictionary<string, object?> Entry(Call call, FakeRepository repository, string path, TreeEntry entry, string name)
    {
        var api = Answers.Url(call, repository);
        var file = entry.Type == "blob";
        var (escaped, branch) = (Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal), Uri.EscapeDataString(name));
        var page = $"{call.GitHub.Root(Origin.Web)}/{repository.FullName}";
        var self = $"{api}/contents/{escaped}?ref={branch}";
        var git = $"{api}/git/{entry.Type}s/{entry.Sha}";
        var html = $"{page}/{entry.Type}/{branch}/{escaped}";

        return new Dictionary<string, object?>
        {
            ["name"] = path.Split('/')[^1],
            ["path"] = path,
            ["sha"] = entry.Sha,
            ["size"] = entry.Size ?? 0,
            ["url"] = self,
            ["git_url"] = git,
            ["html_url"] = html,
            ["download_url"] = file ? $"{page}/raw/{branch}/{escaped}" : null,
            ["type"] = file ? "file" : "dir",
            ["_links"] = new { self, git, html },
        };
    }

    private static Reply File(Call call, FakeRepository repository, string path, TreeEntry file, string name)
    {
        var content = repository.Git.Blobs[file.Sha];
        if (content.Length > call.GitHub.Limits.RawContent)
        {
            return GitApi.TooLarge("Blob");
        }

        if (MediaTypes.IsRaw(call.Accept))
        {
            return new Reply(200, content, MediaTypes.Raw);
        }

        var inline = content.Length <= call.GitHub.Limits.InlineContent;
        var entry = Entry(call, repository, path, file, name);
        entry["content"] = inline ? MediaTypes.Base64(content) : "";
        entry["encoding"] = inline ? "base64" : "none";

        return Reply.Json(200, entry);
    }

    private static Reply Folder(Call call, FakeRepository repository, string path, string tree, string name)
    {
        var below = path.Length == 0 ? "" : path + "/";
        var entries = repository.Git.Trees[tree].Take(1000).Select(entry => Entry(call, repository, below + entry.Path, entry, name));

        return Reply.Json(200, entries);
    }
}
