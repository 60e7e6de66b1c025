using PyWharf.Domain;

namespace PyWharf.Unit.Api.Cli;

public sealed class ManagementCommandTests
{
    [Theory]
    [InlineData("yank")]
    [InlineData("unyank")]
    [InlineData("delete")]
    public async Task Repository_project_and_files_are_arguments_or_flags(string command)
    {
        var placed = (await Invocation.Of(command, "local", "demo", "1.0")).Management;
        var named = (await Invocation.Of(command, "--version_or_file=1.0", "--project=demo", "--name=local")).Management;

        Assert.Equal((command, "local", "demo", "1.0"), (placed.Command, placed.Repository, placed.Project, placed.Selection));
        Assert.Equal(placed, named);
        Assert.Equal((Environment.CurrentDirectory, null, null, null), (placed.Root, placed.Config, placed.Secret, placed.Reason));
    }

    [Fact]
    public async Task A_yank_may_have_a_reason() =>
        Assert.Equal("breaks", (await Invocation.Of("yank", "local", "demo", "1.0", "--reason", "breaks")).Management.Reason);

    [Theory]
    [InlineData("active", StatusMarker.Active)]
    [InlineData("archived", StatusMarker.Archived)]
    [InlineData("quarantined", StatusMarker.Quarantined)]
    [InlineData("deprecated", StatusMarker.Deprecated)]
    public async Task A_status_is_one_of_four(string text, StatusMarker status) =>
        Assert.Equal(status, (await Invocation.Of("status", "local", "demo", text)).Management.Status);

    [Fact]
    public async Task A_deletion_may_be_confirmed_beforehand()
    {
        Assert.True((await Invocation.Of("delete", "local", "demo", "1.0", "--yes")).Management.IsConfirmed);
        Assert.False((await Invocation.Of("delete", "local", "demo", "1.0")).Management.IsConfirmed);
        Assert.StartsWith("unknown flag --yes", (await Invocation.Of("yank", "local", "demo", "1.0", "--yes")).Complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_status_it_is_asked_for() => Assert.Null((await Invocation.Of("status", "local", "demo")).Management.Status);

    [Fact]
    public async Task The_secret_comes_from_the_variable_that_is_named() => Assert.Equal(
        "hunter2",
        (await Invocation.With(new() { ["TOKEN"] = "hunter2" }, "delete", "local", "demo", "1.0", "--secret_env=TOKEN")).Management.Secret);

    [Theory]
    [InlineData("status must be one of active, archived, quarantined, deprecated", "status", "local", "demo", "gone")]
    [InlineData("VERSION_OR_FILE is missing", "delete", "local", "demo")]
    [InlineData("PROJECT is missing", "yank", "local")]
    [InlineData("unknown flag --reason; did you mean --version?", "unyank", "local", "demo", "1.0", "--reason=x")]
    [InlineData("--secret_env names an environment variable that is not set", "yank", "local", "demo", "1.0", "--secret_env=NONE")]
    public async Task Wrong_usage_is_said_in_a_line(string complaint, params string[] args) =>
        Assert.Contains(complaint.Split(';')[0], (await Invocation.Of(args)).Complaint, StringComparison.Ordinal);

    [Fact]
    public async Task What_is_decided_prints_no_secret() =>
        Assert.DoesNotContain("hunter2", (await Invocation.Of("delete", "local", "demo", "1.0", "--secret=hunter2")).Management.ToString(), StringComparison.Ordinal);
}
