namespace PyWharf.Integration.Support.GitHub;

/// <summary>A repository itself, and what others may do in it.</summary>
internal static class RepositoryApi
{
    public static Reply Get(Call call, FakeRepository repository) => Reply.Json(200, RepositoryAnswers.Repository(call, repository));

    public static Reply Edit(Call call, FakeRepository repository)
    {
        if (Need.Administer.Refusal(call.Token, repository) is { } refusal)
        {
            return refusal;
        }

        if (call.Text("default_branch") is { } branch)
        {
            if (repository.Git.Branch(branch) is null)
            {
                var message = $"The branch {branch} was not found. Please push that ref first or create it via the Git Data API.";
                return Reply.Invalid("Repository", "invalid", "default_branch", message);
            }

            repository.DefaultBranch = branch;
        }

        repository.Description = call.Text("description") ?? repository.Description;
        repository.Homepage = call.Text("homepage") ?? repository.Homepage;
        repository.Private = call.Flag("private") ?? repository.Private;
        repository.Archived = call.Flag("archived") ?? repository.Archived;

        return Get(call, repository);
    }

    public static Reply PermissionOf(Call call, FakeRepository repository, string login)
    {
        if (call.Token is null || repository.RoleOf(call.Token) < Role.Push)
        {
            return Reply.Error(403, "Must have push access to view collaborator permission.");
        }

        if (call.GitHub.Account(login) is not { IsOrganization: false } user)
        {
            return Reply.NotFound($"{login} is not a user");
        }

        var role = repository.RoleOf(user.Login);
        var permission = role switch
        {
            Role.Admin => "admin",
            Role.Maintain or Role.Push => "write",
            Role.Triage or Role.Pull => "read",
            _ => repository.Private ? "none" : "read",
        };

        var name = RoleName(role, permission);

        return Reply.Json(200, new { permission, role_name = name, user = new Dictionary<string, object?>(AccountAnswers.User(call, user)) { ["role_name"] = name } });
    }

    private static string RoleName(Role role, string permission) => role switch
    {
        Role.Maintain => "maintain",
        Role.Triage => "triage",
        _ => permission,
    };
}
