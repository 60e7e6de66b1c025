namespace PyWharf.Infrastructure.Backends.GitHub.Commands;

/// <summary>Describes what github.init_pkg_repo would do, without a request to GitHub.</summary>
internal static class DryRun
{
    // GitHub's default; accounts and old repositories can have another one.
    private const string UsualDefaultBranch = "main";

    /// <summary>The steps, the workflow and the configuration.</summary>
    public static string Describe(PackageRepositoryPlan plan)
    {
        var owner = plan.Owner ?? "OWNER";
        var branch = plan.Branch ?? UsualDefaultBranch;
        var assumptions = string.Concat(
            plan.Owner is null ? "OWNER stands for the account of the token.\n" : "",
            plan.Branch is null ? $"{branch} stands for the default branch of the repository.\n" : "");
        var pages = plan.HasPages
            ? $"""
                - branch {IndexWorkflow.PagesBranch} with an index.html: create, unless there is one
                - GitHub Pages of that branch: enable

                """
            : "";

        return $"""
            Nothing was sent to GitHub. Without --dry_run:

            - {owner}/{plan.Repo}: create, {(plan.IsPrivate ? "private" : "public")}, or take it where it is empty or was made by this command
            - branch {branch}: create, unless there is one
            {pages}- {IndexWorkflow.Path}: write to the default branch
            {assumptions}
            {IndexWorkflow.Path} would be:

            {IndexWorkflow.Render(plan, branch)}
            config.toml would need:

            {plan.Configuration(owner, branch)}
            """;
    }
}
