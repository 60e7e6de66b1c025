using PyWharf.Infrastructure.Backends.GitHub.Releases;
namespace PyWharf.Integration.Support.GitHub;

/// <summary>What GitHub accepts as a release.</summary>
internal static class ReleaseRules
{
    private static readonly object NotValid = Custom("tag_name", "tag_name is not a valid tag");

    private static readonly object MustBeValid = new { resource = "Release", code = "custom", message = "Published releases must have a valid tag" };

    /// <summary>Why a release, draft or not, can't be as asked for.</summary>
    public static Reply? Refusal(Call call, FakeRepository repository, string tag, bool taken)
    {
        if (!GitRefs.IsWellFormed(tag))
        {
            return Reply.Error(422, "Validation Failed", NotValid, Custom("tag_name", "tag_name is not well-formed"), MustBeValid);
        }

        if (call.Text("body")?.Length > call.GitHub.Limits.ReleaseBody)
        {
            return Reply.Invalid("Release", "custom", "body", $"body is too long (maximum is {call.GitHub.Limits.ReleaseBody} characters)");
        }

        if (repository.BurnedTags.Contains(tag))
        {
            return Reply.Invalid("Release", "custom", "tag_name", "tag_name was used by an immutable release");
        }

        return taken ? Reply.Invalid("Release", "already_exists", "tag_name") : null;
    }

    /// <summary>Why it can't be published: nothing its tag could point to, or workflows there that this token may not change.</summary>
    public static Reply? PublishingRefusal(Call call, FakeRepository repository, FakeRelease release)
    {
        if (repository.Git.IsEmpty)
        {
            return Reply.Error(422, "Repository is empty.");
        }

        var target = repository.Git.Tag(release.Tag) ?? repository.Git.Branch(release.TargetCommitish)
            ?? repository.Git.Commits.GetValueOrDefault(release.TargetCommitish);
        if (target is null)
        {
            return Reply.Error(422, "Validation Failed", NotValid, MustBeValid, new { resource = "Release", code = "invalid", field = "target_commitish" });
        }

        return Workflows(repository, target) == Workflows(repository, repository.Git.Branch(repository.DefaultBranch))
            ? null
            : Need.WriteWorkflows.Refusal(call.Token, repository);
    }

    private static string? Workflows(FakeRepository repository, Commit? commit) =>
        commit is null ? null : repository.Git.Find(commit, ".github/workflows")?.Sha;

    private static object Custom(string field, string message) => new { resource = "Release", code = "custom", field, message };
}
