namespace PyWharf.Integration.Support.GitHub;

/// <summary>One commit per file, guarded by the blob that is to be replaced and by the head of the branch.</summary>
internal static class ContentsChanges
{
    public static Reply Put(Call call, FakeRepository repository, string path)
    {
        if (NeedFor(path).Refusal(call.Token, repository) is { } refusal)
        {
            return refusal;
        }

        var branch = call.Text("branch") ?? repository.DefaultBranch;
        var head = repository.Git.Branch(branch);
        if (head is null && !(repository.Git.IsEmpty && branch == repository.DefaultBranch))
        {
            return Reply.NotFound($"Branch {branch} not found");
        }

        if (call.Text("message") is not { } message)
        {
            return NotSupplied("message");
        }

        if (call.Text("content") is not { } encoded)
        {
            return NotSupplied("content");
        }

        var content = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, content, out var length))
        {
            return Reply.Error(422, "content is not valid Base64");
        }

        // The sha of a file that isn't there is ignored.
        var known = head?.Files.GetValueOrDefault(path);
        return (known is null ? null : Mismatch(call, path, known))
            ?? Conflict(call, repository, branch)
            ?? Commit(call, repository, branch, path, content[..length], message, known is null ? 201 : 200);
    }

    public static Reply Delete(Call call, FakeRepository repository, string path)
    {
        if (NeedFor(path).Refusal(call.Token, repository) is { } refusal)
        {
            return refusal;
        }

        var branch = call.Text("branch") ?? repository.DefaultBranch;
        if (repository.Git.Branch(branch)?.Files.GetValueOrDefault(path) is not { } known)
        {
            return Reply.NotFound();
        }

        return call.Text("message") is not { } message
            ? NotSupplied("message")
            : Mismatch(call, path, known) ?? Conflict(call, repository, branch) ?? Commit(call, repository, branch, path, null, message, 200);
    }

    private static Need NeedFor(string path) =>
        path.StartsWith(".github/workflows/", StringComparison.Ordinal) ? Need.WriteWorkflows : Need.WriteContents;

    private static Reply? Mismatch(Call call, string path, string known) => call.Text("sha") switch
    {
        null => NotSupplied("sha"),
        var sha when sha != known => Reply.Error(409, $"{path} does not match {sha}"),
        _ => null,
    };

    /// <summary>A commit that came in between, of whatever file; and rules that forbid any.</summary>
    private static Reply? Conflict(Call call, FakeRepository repository, string branch)
    {
        if (repository.ProtectedBranches.Contains(branch))
        {
            return Reply.Error(409, "Repository rule violations found\n\nChanges must be made through a pull request.\n\n");
        }

        var name = $"refs/heads/{branch}";
        var expected = call.RefsAtArrival?.GetValueOrDefault(name);
        var actual = repository.Git.Refs.GetValueOrDefault(name);

        return expected == actual ? null : Reply.Error(409, $"is at {actual} but expected {expected}");
    }

    private static Reply Commit(
        Call call, FakeRepository repository, string branch, string path, byte[]? content, string message, int status)
    {
        var commit = repository.Git.Change(branch, message, call.GitHub.Now, (path, content));
        var file = repository.Git.Find(commit, path);

        return Reply.Json(status, new
        {
            content = file is null ? null : ContentsApi.Entry(call, repository, path, file, branch),
            commit = new { sha = commit.Sha, message, tree = new { sha = commit.Tree } },
        });
    }

    private static Reply NotSupplied(string field) => Reply.Error(422, $"Invalid request.\n\n\"{field}\" wasn't supplied.");
}
