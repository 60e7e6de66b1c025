using System.Text.Json;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Commands;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.GitHub;

/// <summary>The workflow file: its YAML, and its shell scripts with a function that records the arguments of docker.</summary>
public sealed class IndexWorkflowTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [FactWhen(Needs.Yaml)]
    public async Task It_runs_when_something_is_published_and_one_after_the_other()
    {
        var workflow = await ParseAsync(hasPages: true);

        Assert.Equal(["published", "deleted"], workflow.GetProperty("on").GetProperty("release").GetProperty("types").EnumerateArray().Select(type => type.GetString()));
        Assert.Equal("*/15 * * * *", workflow.GetProperty("on").GetProperty("schedule")[0].GetProperty("cron").GetString());
        Assert.True(workflow.GetProperty("on").TryGetProperty("workflow_dispatch", out _));
        Assert.True(workflow.GetProperty("on").TryGetProperty("repository_dispatch", out _));
        Assert.Equal("write", workflow.GetProperty("permissions").GetProperty("contents").GetString());
        Assert.Equal("pywharf", workflow.GetProperty("concurrency").GetProperty("group").GetString());
        Assert.Equal(["Update the index", "Get the pages as they are", "Write the pages", "Publish the pages"], Steps(workflow).Select(Name));
        Assert.Equal(["Update the index"], Steps(await ParseAsync(hasPages: false)).Select(Name));
    }

    [FactWhen(Needs.Yaml)]
    public async Task The_index_is_updated_by_a_command_without_the_token_in_it()
    {
        var step = Steps(await ParseAsync(hasPages: false)).Single();

        var docker = await RunAsync(step);

        Assert.Equal("${{ secrets.GITHUB_TOKEN }}", step.GetProperty("env").GetProperty("GITHUB_TOKEN").GetString());
        Assert.Equal(
            [
                "run", "--rm", "--env", "GITHUB_TOKEN", "example.com/pywharf:1.0", "update_index", "--type=github", "--name=team", "--owner=acme",
                "--repo=packages", "--branch=main", "--index_filename=index.toml", "--api_url=https://api.example.com", "--secret_env=GITHUB_TOKEN",
            ],
            docker);
    }

    [FactWhen(Needs.Yaml)]
    public async Task Pages_are_written_by_a_command_that_takes_these_flags()
    {
        var docker = await RunAsync(Steps(await ParseAsync(hasPages: true)).Single(step => Name(step) == "Write the pages"));

        Assert.Equal($"{_folder.Path}/pages:/pages", docker[docker.IndexOf("--volume") + 1]);
        var args = docker[(docker.IndexOf("example.com/pywharf:1.0") + 1)..];
        var file = _folder.At("file");
        await File.WriteAllTextAsync(file, "");
        var run = await PyWharfProcess.RunAsync(args.Select(arg => arg.Replace("/pages", file, StringComparison.Ordinal)), [("GITHUB_TOKEN", "hunter2")]);
        Assert.Equal("github.gen_gh_pages", args[0]);
        Assert.Equal((1, $"pywharf: {file} is a file: --output_folder names a folder.\n"), (run.ExitCode, run.Stderr));
    }

    public void Dispose() => _folder.Dispose();

    private static JsonElement.ArrayEnumerator Steps(JsonElement workflow) =>
        workflow.GetProperty("jobs").GetProperty("index").GetProperty("steps").EnumerateArray();

    private static string? Name(JsonElement step) => step.GetProperty("name").GetString();

    private static async Task<JsonElement> ParseAsync(bool hasPages)
    {
        Assert.True(RepositoryName.TryParse("team", out var name, out _));
        var plan = new PackageRepositoryPlan { Name = name, Repo = "packages", Image = "example.com/pywharf:1.0", HasPages = hasPages };

        return await Yaml.ReadAsync(IndexWorkflow.Render(plan, "main"));
    }

    /// <summary>Runs the script of a step; returns the arguments of docker.</summary>
    private async Task<List<string>> RunAsync(JsonElement step)
    {
        var called = _folder.At("called");
        var script = "docker() { printf '%s\\n' \"$@\" > \"$CALLED\"; }\n" + step.GetProperty("run").GetString();
        var start = ChildProcess.Describe("/bin/bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        [
            ("PATH", "/usr/bin:/bin"),
            ("CALLED", called),
            ("IMAGE", "example.com/pywharf:1.0"),
            ("GITHUB_TOKEN", "hunter2"),
            ("GITHUB_REPOSITORY", "acme/packages"),
            ("GITHUB_REPOSITORY_OWNER", "acme"),
            ("GITHUB_API_URL", "https://api.example.com"),
        ]);
        start.WorkingDirectory = _folder.Path;
        (await ChildProcess.RunAsync(start)).Succeeded();

        return [.. (await File.ReadAllTextAsync(called)).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
