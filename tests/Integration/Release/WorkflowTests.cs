using System.Text.Json;
using System.Text.RegularExpressions;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Release;

/// <summary>The workflows of CI and of a release.</summary>
public sealed partial class WorkflowTests
{
    private static readonly string Folder = RepositoryRoot.At(".github", "workflows");

    public static TheoryData<string> Workflows => [.. Directory.EnumerateFiles(Folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [TheoryWhen(Needs.ActionLint)]
    [MemberData(nameof(Workflows))]
    public async Task actionlint_finds_nothing(string workflow) => Assert.Empty(await ActionLint.MistakesInAsync(Path.Combine(Folder, workflow)));

    [TheoryWhen(Needs.Yaml)]
    [MemberData(nameof(Workflows))]
    public async Task No_job_may_more_than_it_says(string workflow)
    {
        var document = await ReadAsync(workflow);

        var permissions = document.GetProperty("permissions");
        Assert.All(permissions.EnumerateObject(), permission => Assert.Equal("read", permission.Value.GetString()));
        if (!permissions.EnumerateObject().Any())
        {
            Assert.All(Jobs(document), job => Assert.True(job.Value.TryGetProperty("permissions", out _), job.Name));
        }
    }

    [TheoryWhen(Needs.Yaml)]
    [MemberData(nameof(Workflows))]
    public async Task Actions_are_pinned_by_commit_and_leave_no_token_in_the_clone(string workflow)
    {
        var document = await ReadAsync(workflow);

        foreach (var step in Jobs(document).SelectMany(job => Steps(job.Value)).Where(step => step.TryGetProperty("uses", out _)))
        {
            var action = step.GetProperty("uses").GetString() ?? "";
            Assert.Matches("^[a-z-]+/[a-z-]+@[0-9a-f]{40}$", action);
            if (action.StartsWith("actions/checkout@", StringComparison.Ordinal))
            {
                Assert.Equal("false", step.GetProperty("with").GetProperty("persist-credentials").GetString());
            }
        }

        // One commit for each action, with its version beside it.
        var pins = Pins().Matches(await File.ReadAllTextAsync(Path.Combine(Folder, workflow))).Select(match => match.Value).Distinct().ToList();
        Assert.Equal(pins.Count, pins.Select(pin => pin.Split('@')[0]).Distinct().Count());
        Assert.All(pins, pin => Assert.Matches(@" # v\d+\.\d+\.\d+$", pin));
    }

    [Fact]
    public async Task The_guide_accepts_what_the_release_workflow_signed_of_a_tag_and_nothing_else()
    {
        var guide = (await File.ReadAllTextAsync(RepositoryRoot.At("docs", "install.md"))).Replace("\\\n", "", StringComparison.Ordinal);
        var commands = guide.Split('\n').Where(line => line.StartsWith("gh attestation verify ", StringComparison.Ordinal)).ToList();

        Assert.Equal(2, commands.Count);
        Assert.All(commands, command => Assert.Matches("--signer-workflow pywharf/pywharf/.github/workflows/release.yml --source-ref refs/tags/v[0-9.]+$", command));
        Assert.Contains("release.yml", Directory.EnumerateFiles(Folder).Select(Path.GetFileName));
    }

    [FactWhen(Needs.Yaml)]
    public async Task What_is_pinned_is_kept_up_to_date_by_Dependabot()
    {
        var updates = (await Yaml.ReadAsync(await File.ReadAllTextAsync(RepositoryRoot.At(".github", "dependabot.yml")))).GetProperty("updates");

        Assert.Equal(["github-actions", "nuget"], updates.EnumerateArray().Select(update => update.GetProperty("package-ecosystem").GetString()).Order());
        Assert.All(updates.EnumerateArray(), update => Assert.Equal("/", update.GetProperty("directory").GetString()));
    }

    [TheoryWhen(Needs.Yaml)]
    [MemberData(nameof(Workflows))]
    public async Task Scripts_that_steps_run_are_there_and_no_step_has_an_expression_in_its_shell(string workflow)
    {
        var scripts = Jobs(await ReadAsync(workflow)).SelectMany(job => Steps(job.Value))
            .Select(step => step.TryGetProperty("run", out var run) ? run.GetString() ?? "" : "").Where(script => script.Length > 0).ToList();

        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
        {
            (await ChildProcess.RunAsync(ChildProcess.Describe("/bin/bash", ["-n", "-c", script], [("PATH", "/usr/bin:/bin")]))).Succeeded();
            Assert.All(Expressions().Matches(script).Select(match => match.Groups[1].Value), expression => Assert.Equal("matrix.architecture", expression));
            Assert.All(
                Scripts().Matches(script).Select(match => RepositoryRoot.At(match.Value)),
                file => Assert.True(new FileInfo(file).UnixFileMode.HasFlag(UnixFileMode.UserExecute), file));
        }
    }

    [TheoryWhen(Needs.Yaml)]
    [InlineData("v1.2.0", false, false)]
    [InlineData("v1.2.10", false, true)]
    [InlineData("v1.10.0", true, true)]
    public async Task The_tags_latest_and_minor_of_the_image_move_to_the_newest_only(string tag, bool isLatest, bool isLatestOfMinor)
    {
        using var clone = new TempFolder();
        var naming = Steps((await ReadAsync("release.yml")).GetProperty("jobs").GetProperty("publish"))
            .Select(step => step.TryGetProperty("run", out var run) ? run.GetString() ?? "" : "").Single(run => run.Contains(">>\"$GITHUB_ENV\"", StringComparison.Ordinal));

        (await ChildProcess.RunAsync(ChildProcess.Describe(
            "/bin/bash",
            [
                "-e",
                "-c",
                $"""
                cd "$HOME" && git init -q . && git -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m a
                for tag in v1.1.0 v1.2.0 v1.2.9 v1.2.10 v1.10.0; do git tag "$tag"; done
                {naming}
                """,
            ],
            [("PATH", "/usr/bin:/bin"), ("HOME", clone.Path), ("GITHUB_REF_NAME", tag), ("GITHUB_ENV", clone.At("env"))]))).Succeeded();

        Assert.Equal(
            [$"VERSION={tag[1..]}", $"MINOR={tag[1..tag.LastIndexOf('.')]}", $"LATEST={(isLatest ? "true" : "false")}", $"LATEST_OF_MINOR={(isLatestOfMinor ? "true" : "false")}"],
            await File.ReadAllLinesAsync(clone.At("env")));
    }

    private static async Task<JsonElement> ReadAsync(string workflow) => await Yaml.ReadAsync(await File.ReadAllTextAsync(Path.Combine(Folder, workflow)));

    private static JsonElement.ObjectEnumerator Jobs(JsonElement workflow) => workflow.GetProperty("jobs").EnumerateObject();

    /// <summary>None where the job is another workflow.</summary>
    private static JsonElement.ArrayEnumerator Steps(JsonElement job) => job.TryGetProperty("steps", out var steps) ? steps.EnumerateArray() : default;

    [GeneratedRegex(@"[a-z-]+/[a-z-]+@[0-9a-f]{40}.*$", RegexOptions.Multiline)]
    private static partial Regex Pins();

    [GeneratedRegex(@"\$\{\{ *(.*?) *\}\}")]
    private static partial Regex Expressions();

    [GeneratedRegex(@"(?<![\w/])(eng|\.ci|tests)/[\w.-]+")]
    private static partial Regex Scripts();
}
