namespace PyWharf.Integration.Support.GitHub;

/// <summary>A repository as the API writes it.</summary>
internal static class RepositoryAnswers
{
    /// <summary>Where the rest of the API is, by the field that says so.</summary>
    private static readonly (string Field, string Path)[] Addresses =
    [
        ("url", ""),
        ("archive_url", "/{archive_format}{/ref}"),
        ("assignees_url", "/assignees{/user}"),
        ("blobs_url", "/git/blobs{/sha}"),
        ("branches_url", "/branches{/branch}"),
        ("collaborators_url", "/collaborators{/collaborator}"),
        ("comments_url", "/comments{/number}"),
        ("commits_url", "/commits{/sha}"),
        ("compare_url", "/compare/{base}...{head}"),
        ("contents_url", "/contents/{+path}"),
        ("contributors_url", "/contributors"),
        ("deployments_url", "/deployments"),
        ("downloads_url", "/downloads"),
        ("events_url", "/events"),
        ("forks_url", "/forks"),
        ("git_commits_url", "/git/commits{/sha}"),
        ("git_refs_url", "/git/refs{/sha}"),
        ("git_tags_url", "/git/tags{/sha}"),
        ("hooks_url", "/hooks"),
        ("issue_comment_url", "/issues/comments{/number}"),
        ("issue_events_url", "/issues/events{/number}"),
        ("issues_url", "/issues{/number}"),
        ("keys_url", "/keys{/key_id}"),
        ("labels_url", "/labels{/name}"),
        ("languages_url", "/languages"),
        ("merges_url", "/merges"),
        ("milestones_url", "/milestones{/number}"),
        ("notifications_url", "/notifications{?since,all,participating}"),
        ("pulls_url", "/pulls{/number}"),
        ("releases_url", "/releases{/id}"),
        ("stargazers_url", "/stargazers"),
        ("statuses_url", "/statuses/{sha}"),
        ("subscribers_url", "/subscribers"),
        ("subscription_url", "/subscription"),
        ("tags_url", "/tags"),
        ("teams_url", "/teams"),
        ("trees_url", "/git/trees{/sha}"),
    ];

    private static readonly string[] Counts =
    [
        "forks", "forks_count", "network_count", "open_issues", "open_issues_count", "size", "stargazers_count", "subscribers_count", "watchers", "watchers_count",
    ];

    private static readonly string[] Switches = ["fork", "disabled", "has_discussions", "has_issues", "has_projects", "has_wiki"];

    public static object Repository(Call call, FakeRepository repository)
    {
        var page = $"{call.GitHub.Root(Origin.Web)}/{repository.FullName}";
        var json = new Dictionary<string, object?>
        {
            ["id"] = repository.Id,
            ["node_id"] = $"R_{repository.Id}",
            ["name"] = repository.Name,
            ["full_name"] = repository.FullName,
            ["private"] = repository.Private,
            ["visibility"] = repository.Private ? "private" : "public",
            ["owner"] = AccountAnswers.User(call, repository.Owner),
            ["html_url"] = page,
            ["clone_url"] = $"{page}.git",
            ["svn_url"] = page,
            ["git_url"] = $"git://github.com/{repository.FullName}.git",
            ["ssh_url"] = $"git@github.com:{repository.FullName}.git",
            ["mirror_url"] = null,
            ["description"] = repository.Description,
            ["homepage"] = repository.Homepage,
            ["language"] = null,
            ["license"] = null,
            ["archived"] = repository.Archived,
            ["has_pages"] = repository.Pages is not null,
            ["default_branch"] = repository.DefaultBranch,
            ["created_at"] = Answers.Time(repository.CreatedAt),
            ["updated_at"] = Answers.Time(repository.CreatedAt),
            ["pushed_at"] = Answers.Time(repository.Git.Branch(repository.DefaultBranch)?.Date ?? repository.CreatedAt),
        };
        foreach (var (field, path) in Addresses)
        {
            json[field] = Answers.Url(call, repository) + path;
        }

        foreach (var field in Counts)
        {
            json[field] = 0;
        }

        foreach (var field in Switches)
        {
            json[field] = false;
        }

        // Nobody in particular has none.
        if (call.Token is { } token)
        {
            json["permissions"] = Permissions(repository, repository.RoleOf(token));
        }

        return json;
    }

    private static object Permissions(FakeRepository repository, Role role) => new
    {
        admin = role >= Role.Admin,
        maintain = role >= Role.Maintain,
        push = role >= Role.Push,
        triage = role >= Role.Triage,
        pull = role >= Role.Pull || !repository.Private,
    };
}
