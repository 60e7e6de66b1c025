using System.Text;

namespace PyWharf.Infrastructure.Backends.GitHub.Commands;

/// <summary>The workflow that writes the index of a repository of packages.</summary>
internal static class IndexWorkflow
{
    /// <summary>Its path on the default branch, which is that of the original program's workflow.</summary>
    public const string Path = ".github/workflows/main.yml";

    /// <summary>The branch that GitHub Pages shows.</summary>
    public const string PagesBranch = "gh-pages";

    /// <summary>Whether a workflow was made by this command or by the original program.</summary>
    public static bool IsOurs(ReadOnlySpan<byte> content)
    {
        var text = Encoding.UTF8.GetString(content);

        return text.Contains("update_index", StringComparison.Ordinal)
            && ((string[])["pywharf", "private-pypi", "private_pypi"]).Any(name => text.Contains(name, StringComparison.Ordinal));
    }

    /// <summary>The file.</summary>
    /// <param name="plan">The repository. Its owner and name are not in the file, so that it can be renamed and transferred.</param>
    /// <param name="branch">The branch of the index file.</param>
    public static string Render(PackageRepositoryPlan plan, string branch) => Index(plan, branch) + (plan.HasPages ? Pages(plan, branch) : "");

    // "docker run" and no step with docker://, which GitHub runs as root, while the image has a user of its own. The name of the repository comes from a
    // variable, as the event of a schedule does not have it. Pushes with this token start no workflow.
    private static string Index(PackageRepositoryPlan plan, string branch) => $$$"""
        # Made by "pywharf github.init_pkg_repo", which writes it anew when it is run again.
        # It writes {{{plan.IndexFilename}}} on the branch {{{branch}}}: the index of the packages that are the releases of this repository.
        name: pywharf

        on:
          release:
            types: [published, deleted]
          schedule:
            - cron: "*/15 * * * *"
          workflow_dispatch:
          repository_dispatch:

        permissions:
          contents: write

        # One after the other; of those that wait only the last one runs, and it sees all that was published before.
        concurrency:
          group: pywharf

        env:
          IMAGE: {{{plan.Image}}}

        jobs:
          index:
            runs-on: ubuntu-latest
            timeout-minutes: 30
            steps:
              - name: Update the index
                env:
                  GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}
                run: |
                  docker run --rm --env GITHUB_TOKEN "$IMAGE" update_index \
                    --type=github --name={{{plan.Name}}} \
                    --owner="$GITHUB_REPOSITORY_OWNER" --repo="${GITHUB_REPOSITORY#*/}" \
                    --branch={{{branch}}} --index_filename={{{plan.IndexFilename}}} \
                    --api_url="$GITHUB_API_URL" --secret_env=GITHUB_TOKEN

        """;

    private static string Pages(PackageRepositoryPlan plan, string branch) => $$$"""

              - name: Get the pages as they are
                uses: actions/checkout@v4
                with:
                  ref: {{{PagesBranch}}}
                  path: pages

              - name: Write the pages
                env:
                  GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}
                run: |
                  docker run --rm --env GITHUB_TOKEN --user "$(id -u):$(id -g)" --volume "$PWD/pages:/pages" "$IMAGE" github.gen_gh_pages \
                    --name={{{plan.Name}}} \
                    --owner="$GITHUB_REPOSITORY_OWNER" --repo="${GITHUB_REPOSITORY#*/}" \
                    --branch={{{branch}}} --index_filename={{{plan.IndexFilename}}} \
                    --api_url="$GITHUB_API_URL" --token_env=GITHUB_TOKEN --output_folder=/pages

              - name: Publish the pages
                working-directory: pages
                run: |
                  git add --all
                  if git diff --cached --quiet; then exit 0; fi
                  git -c user.name="github-actions[bot]" -c user.email="41898282+github-actions[bot]@users.noreply.github.com" \
                    commit --quiet --message="Update the pages"
                  git push --quiet

        """;
}
