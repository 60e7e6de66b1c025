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

    [FactWhen(Needs.Yaml)]
    public async Task What_is_pinned_is_kept_up_to_date_by_Dependabot()
    {
        var updates = (await Yaml.ReadAsync(await File.ReadAllTextAsync(RepositoryRoot.At(".github", "dependabot.yml")))).GetProperty("updates");

        Assert.Equal(["docker", "github-actions", "nuget"], updates.EnumerateArray().Select(update => update.GetProperty("package-ecosystem").GetString()).Order());
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
