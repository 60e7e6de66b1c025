namespace PyWharf.Integration.Support.GitHub;

/// <summary>Refs, trees, blobs and commits.</summary>
internal static class GitApi
{
    public static Reply GetRef(Call call, FakeRepository repository, string name) => Reading(call, repository) ?? (
        name.StartsWith("heads/", StringComparison.Ordinal) && repository.Git.Read(name["heads/".Length..]) is { } head
            && repository.Git.Refs.ContainsKey($"refs/{name}") ? Ref(200, call, repository, $"refs/{name}", head.Sha)
        : repository.Git.Refs.TryGetValue($"refs/{name}", out var sha) ? Ref(200, call, repository, $"refs/{name}", sha)
        : Reply.NotFound());

    public static Reply CreateRef(Call call, FakeRepository repository)
    {
        if (Writing(call, repository) is { } refusal)
        {
            return refusal;
        }

        if (call.Text("ref") is not { } name || !name.StartsWith("refs/", StringComparison.Ordinal) || !GitRefs.IsWellFormed(name))
        {
            return Reply.Error(422, "Reference name must start with 'refs' and have at least two slashes.");
        }

        if (call.Text("sha") is not { } sha || !repository.Git.Commits.ContainsKey(sha))
        {
            return Reply.Error(422, "Object does not exist");
        }

        if (repository.Git.Refs.ContainsKey(name))
        {
            return Reply.Error(422, "Reference already exists");
        }

        repository.Git.Refs = repository.Git.Refs.SetItem(name, sha);
        return Ref(201, call, repository, name, sha);
    }

    public static Reply DeleteRef(Call call, FakeRepository repository, string name)
    {
        if (Writing(call, repository) is { } refusal)
        {
            return refusal;
        }

        if (!repository.Git.Refs.ContainsKey($"refs/{name}"))
        {
            return Reply.Error(422, "Reference does not exist");
        }

        repository.Git.Refs = repository.Git.Refs.Remove($"refs/{name}");
        return Reply.Empty(204);
    }

    public static Reply GetTree(Call call, FakeRepository repository, string name)
    {
        if (Reading(call, repository) is { } refusal)
        {
            return refusal;
        }

        var sha = repository.Git.Trees.ContainsKey(name) ? name : repository.Git.Read(name)?.Tree;
        if (sha is null)
        {
            return Reply.NotFound();
        }

        var entries = (call.Query.ContainsKey("recursive") ? repository.Git.Recursive(sha) : repository.Git.Trees[sha]).ToList();
        var url = $"{Answers.Url(call, repository)}/git";

        return Reply.Json(200, new
        {
            sha,
            url = $"{url}/trees/{sha}",
            tree = entries.Take(call.GitHub.Limits.TreeEntries).Select(entry => Entry(entry, $"{url}/{entry.Type}s/{entry.Sha}")),
            truncated = entries.Count > call.GitHub.Limits.TreeEntries,
        });
    }

    public static Reply GetBlob(Call call, FakeRepository repository, string sha)
    {
        if (Reading(call, repository) is { } refusal)
        {
            return refusal;
        }

        if (!repository.Git.Blobs.TryGetValue(sha, out var content))
        {
            return Reply.NotFound();
        }

        if (content.Length > call.GitHub.Limits.RawContent)
        {
            return TooLarge("Blob");
        }

        if (MediaTypes.IsRaw(call.Accept))
        {
            return new Reply(200, content, MediaTypes.Raw);
        }

        var url = $"{Answers.Url(call, repository)}/git/blobs/{sha}";
        return Reply.Json(200, new { sha, node_id = $"B_{sha}", size = content.Length, url, content = MediaTypes.Base64(content), encoding = "base64" });
    }

    public static Reply GetCommit(Call call, FakeRepository repository, string name)
    {
        if (Reading(call, repository) is { } refusal)
        {
            return refusal;
        }

        return repository.Git.Read(name) is { } commit
            ? Reply.Json(200, Commit(call, repository, commit))
            : Reply.Error(422, $"No commit found for SHA: {name}");
    }

    public static Reply TooLarge(string resource) => Reply.Error(
        403,
        "This API returns blobs up to 100 MB in size. The requested blob is too large to fetch via the API.",
        new { resource, field = "data", code = "too_large" });

    private static object Commit(Call call, FakeRepository repository, Commit commit)
    {
        var api = Answers.Url(call, repository);
        var who = new { name = "somebody", email = "somebody@example.org", date = Answers.Time(commit.Date) };

        return new
        {
            sha = commit.Sha,
            node_id = $"C_{commit.Sha}",
            url = $"{api}/commits/{commit.Sha}",
            html_url = $"{call.GitHub.Root(Origin.Web)}/{repository.FullName}/commit/{commit.Sha}",
            comments_url = $"{api}/commits/{commit.Sha}/comments",
            commit = new
            {
                url = $"{api}/git/commits/{commit.Sha}",
                message = commit.Message,
                author = who,
                committer = who,
                comment_count = 0,
                tree = new { sha = commit.Tree, url = $"{api}/git/trees/{commit.Tree}" },
            },
            author = (object?)null,
            committer = (object?)null,
            parents = commit.Parent is null ? Array.Empty<object>() : [new { sha = commit.Parent, url = $"{api}/commits/{commit.Parent}" }],
        };
    }

    /// <summary>A folder has no size, not even null.</summary>
    private static object Entry(TreeEntry entry, string url) => entry.Size is { } size
        ? new { path = entry.Path, mode = entry.Mode, type = entry.Type, sha = entry.Sha, size, url }
        : new { path = entry.Path, mode = entry.Mode, type = entry.Type, sha = entry.Sha, url };

    private static Reply? Reading(Call call, FakeRepository repository)
    {
        repository.LookAtGit();

        return Need.ReadContents.Refusal(call.Token, repository) ?? Empty(repository);
    }

    private static Reply? Writing(Call call, FakeRepository repository) =>
        Need.WriteContents.Refusal(call.Token, repository) ?? Empty(repository);

    private static Reply? Empty(FakeRepository repository) =>
        !repository.Git.IsEmpty ? null
        : repository.LooksUntilInitialized == 0 ? Reply.NotFound()
        : Reply.Error(409, "Git Repository is empty.");

    private static Reply Ref(int status, Call call, FakeRepository repository, string name, string sha)
    {
        var url = $"{Answers.Url(call, repository)}/git";

        return Reply.Json(status, new
        {
            @ref = name,
            node_id = $"REF_{sha}",
            url = $"{url}/{name}",
            @object = new { type = "commit", sha, url = $"{url}/commits/{sha}" },
        });
    }
}
