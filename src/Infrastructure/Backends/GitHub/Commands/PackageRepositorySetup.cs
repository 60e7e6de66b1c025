using System.Text;
using System.Text.RegularExpressions;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Index;

namespace PyWharf.Infrastructure.Backends.GitHub.Commands;

/// <summary>
/// github.init_pkg_repo: sets up a repository on GitHub for packages. Each step checks first what is there, so that an interrupted run is continued by the
/// next one.
/// </summary>
/// <param name="plan">The plan.</param>
/// <param name="token">The user's token.</param>
/// <param name="connect">Makes the API for a repository of an owner.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Gets a line for each step.</param>
internal sealed partial class PackageRepositorySetup(
    PackageRepositoryPlan plan, Secret token, Func<string, GitHubApi> connect, TimeProvider time, TextWriter log)
{
    private const string Again = "Run the same command again: it goes on where it stopped.";

    /// <summary>
    /// Creates what is missing, and returns the table for config.toml. Throws <see cref="CommandException"/> where it can't go on.
    /// </summary>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var repository = await new RepositoryAcquisition(plan, token, connect, time, log).AcquireAsync(cancellationToken);
            var branch = plan.Branch ?? repository.DefaultBranch;
            if (!PlainName().IsMatch(branch))
            {
                throw new CommandException($"The default branch is called {branch}, which could not stand in a script: --branch names another one for the index.");
            }

            await MakeBranchAsync(repository, branch, cancellationToken);
            if (plan.HasPages)
            {
                await MakePagesAsync(repository, cancellationToken);
            }

            await WriteWorkflowAsync(repository, branch, cancellationToken);

            return plan.Configuration(repository.Owner, branch);
        }
        catch (GitHubException exception)
        {
            throw new CommandException(
                $"{GitHubFailure.Of(exception, $"{plan.Repo} is not set up as a whole").Message} {Again}", exception);
        }
    }

    private async Task MakeBranchAsync(AcquiredRepository repository, string branch, CancellationToken cancellationToken)
    {
        if (await repository.Api.FindBranchAsync(token, branch, cancellationToken) is not null)
        {
            log.WriteLine($"branch {branch}: is there.");

            return;
        }

        try
        {
            await repository.Api.CreateBranchAsync(token, branch, repository.Head, cancellationToken);
        }
        catch (GitHubException exception) when (exception.Kind == GitHubErrorKind.AlreadyExists)
        {
            // Created by somebody else meanwhile.
        }

        log.WriteLine($"branch {branch}: created.");
    }

    private async Task WriteWorkflowAsync(AcquiredRepository repository, string branch, CancellationToken cancellationToken)
    {
        var content = Encoding.UTF8.GetBytes(IndexWorkflow.Render(plan, branch));
        var before = repository.Files?.Find(IndexWorkflow.Path)?.Sha;
        if (before == GitBlob.ShaOf(content))
        {
            log.WriteLine($"{IndexWorkflow.Path}: is up to date.");

            return;
        }

        try
        {
            await repository.Api.PutFileAsync(
                token, repository.DefaultBranch, IndexWorkflow.Path, content, before, "Write the index of the packages", cancellationToken);
        }
        catch (GitHubException exception) when (exception.Kind is GitHubErrorKind.NotFound or GitHubErrorKind.Forbidden)
        {
            throw new CommandException(
                $"This token may not write {IndexWorkflow.Path}: it needs the scope workflow besides repo or, if it is fine-grained, the permissions "
                + $"Contents and Workflows. {Again}",
                exception);
        }

        log.WriteLine($"{IndexWorkflow.Path}: {(before is null ? "created" : "updated")} on {repository.DefaultBranch}.");
    }

    private async Task MakePagesAsync(AcquiredRepository repository, CancellationToken cancellationToken)
    {
        const string Page = "index.html";
        const string Branch = IndexWorkflow.PagesBranch;

        if (repository.IsPrivate)
        {
            log.WriteLine("warning: everybody can read the pages of a private repository, unless it is one of GitHub Enterprise; its packages they can't.");
        }

        await MakeBranchAsync(repository, Branch, cancellationToken);
        if ((await repository.Api.GetTreeAsync(token, Branch, recursive: false, cancellationToken))?.Find(Page) is null)
        {
            await repository.Api.PutFileAsync(token, Branch, Page, "Initialized.\n"u8.ToArray(), sha: null, "Initialize the pages", cancellationToken);
            log.WriteLine($"{Page}: created on {Branch}.");
        }

        try
        {
            await repository.Api.EnablePagesAsync(token, Branch, cancellationToken);
            log.WriteLine("GitHub Pages: is enabled.");
        }
        catch (GitHubException exception) when (exception.Kind is GitHubErrorKind.Invalid or GitHubErrorKind.NotFound or GitHubErrorKind.Forbidden)
        {
            throw new CommandException(
                exception.Kind == GitHubErrorKind.Invalid
                    ? $"GitHub does not enable Pages here ({exception.Message.TrimEnd('.')}): not every plan has them for private repositories. "
                        + "Leave --enable_gh_pages out, and run the same command again."
                    : "This token may not enable GitHub Pages: it needs the scope repo and the role of a maintainer or, if it is fine-grained, the "
                        + $"permissions Pages and Administration. {Again}",
                exception);
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._/-]+\z")]
    private static partial Regex PlainName();
}
