using System.Text;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Commands;

/// <summary>
/// Finds or creates the repository of a plan. An existing one is used if it is empty or made for packages; else a <see cref="CommandException"/> is thrown.
/// </summary>
/// <param name="plan">The plan.</param>
/// <param name="token">The user's token.</param>
/// <param name="connect">Makes the API for a repository of an owner.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Gets a line for each step.</param>
internal sealed class RepositoryAcquisition(
    PackageRepositoryPlan plan, Secret token, Func<string, GitHubApi> connect, TimeProvider time, TextWriter log)
{
    // GitHub makes the first commit after its response.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Finds or creates it, and waits for its first commit.</summary>
    public async Task<AcquiredRepository> AcquireAsync(CancellationToken cancellationToken)
    {
        var owner = plan.Owner ?? await FindLoginAsync(cancellationToken) ?? throw new CommandException(
            "GitHub does not tell whose token this is, as with the token of a workflow: --owner names the account.");
        var api = connect(owner);
        var repository = await FindRepositoryAsync(api, owner, cancellationToken) ?? await CreateRepositoryAsync(api, owner, cancellationToken);
        var head = await AwaitFirstCommitAsync(api, repository, cancellationToken);
        var files = await ReadFilesAsync(api, repository, cancellationToken);

        return new AcquiredRepository(api, repository, head, files);
    }

    private async Task<string?> FindLoginAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await connect("").GetUserAsync(token, cancellationToken)).Login;
        }
        catch (GitHubException exception) when (exception.Kind is GitHubErrorKind.Forbidden or GitHubErrorKind.NotFound)
        {
            // The token of a workflow or an app has no user.
            return null;
        }
    }

    private async Task<GitHubRepository?> FindRepositoryAsync(GitHubApi api, string owner, CancellationToken cancellationToken)
    {
        GitHubRepository repository;
        try
        {
            repository = await api.GetRepositoryAsync(token, cancellationToken);
        }
        catch (GitHubException exception) when (exception.Kind == GitHubErrorKind.NotFound)
        {
            return null;
        }

        var problem = repository switch
        {
            _ when !repository.FullName.Equals($"{owner}/{plan.Repo}", StringComparison.OrdinalIgnoreCase) =>
                $"is called {repository.FullName} now: name that with --owner and --repo.",
            { Archived: true } => "is archived: GitHub takes no changes to it.",
            { Permissions.Push: false } => "is there, and this token may not write to it.",
            { Private: true } when !plan.IsPrivate => "is there and private: leave --private=False out to use it as it is.",
            { Private: false } when plan.IsPrivate => "is there and public, with all that will be uploaded to it: say --private=False to use it as it is.",
            _ => null,
        };
        if (problem is not null)
        {
            throw new CommandException($"{repository.FullName} {problem}");
        }

        log.WriteLine($"{repository.FullName} is there.");

        return repository;
    }

    private async Task<GitHubRepository> CreateRepositoryAsync(GitHubApi api, string owner, CancellationToken cancellationToken)
    {
        // Any other owner is taken for an organisation: nothing can be created in the account of another user.
        var login = plan.Owner is null ? owner : await FindLoginAsync(cancellationToken);
        var isOrganization = !owner.Equals(login, StringComparison.OrdinalIgnoreCase);
        try
        {
            var created = await api.CreateRepositoryAsync(
                token, owner, isOrganization, plan.Repo, plan.IsPrivate, "Python packages, published with pywharf", cancellationToken);
            log.WriteLine($"{created.FullName}: created, {(created.Private ? "private" : "public")}.");

            return created;
        }
        catch (GitHubException exception) when (exception.Kind is GitHubErrorKind.Forbidden or GitHubErrorKind.NotFound)
        {
            var account = isOrganization
                ? $"{owner} is no organisation where this token may create repositories{(login is null ? "" : $", and not its own account, {login}")}"
                : $"this token may not create repositories for {owner}";

            throw new CommandException(
                $"{owner}/{plan.Repo} is not there, or hidden from this token, and was not created: {account}. Creating takes the scope repo or, "
                + "if it is fine-grained, the permission Administration. Or create it on GitHub, empty, and run the same command again.",
                exception);
        }
        catch (GitHubException exception) when (exception.Kind is not (GitHubErrorKind.Unauthorized or GitHubErrorKind.RateLimited))
        {
            // It may exist now: the response was lost, or somebody else created it.
            if (await FindRepositoryAsync(api, owner, cancellationToken) is { } found)
            {
                return found;
            }

            throw;
        }
    }

    private async Task<string> AwaitFirstCommitAsync(GitHubApi api, GitHubRepository repository, CancellationToken cancellationToken)
    {
        var branch = repository.DefaultBranch;
        for (var waited = TimeSpan.Zero; waited <= LongestWait; waited += Pause)
        {
            if (await api.FindBranchAsync(token, branch, cancellationToken) is { } found)
            {
                return found.Object.Sha;
            }

            if (waited == TimeSpan.Zero)
            {
                log.WriteLine($"branch {branch}: waiting for its first commit.");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        // It was created without a first commit.
        var readme = Encoding.UTF8.GetBytes($"# {plan.Repo}\n\nPython packages, published with pywharf.\n");
        await api.PutFileAsync(token, branch, "README.md", readme, sha: null, "Initial commit", cancellationToken);
        log.WriteLine($"branch {branch}: created.");

        return await api.FindBranchAsync(token, branch, cancellationToken) is { } made
            ? made.Object.Sha
            : throw new CommandException($"GitHub has written to the branch {branch} and does not show it yet. Run the same command again.");
    }

    /// <summary>The files of the default branch. Throws where they show that the repository is used for something else.</summary>
    private async Task<GitHubTree?> ReadFilesAsync(GitHubApi api, GitHubRepository repository, CancellationToken cancellationToken)
    {
        var files = await api.GetTreeAsync(token, repository.DefaultBranch, recursive: true, cancellationToken);
        if (files?.Find(IndexWorkflow.Path) is { } workflow && IndexWorkflow.IsOurs(await api.GetBlobAsync(token, workflow.Sha, cancellationToken)))
        {
            return files;
        }

        var foreign = (files?.Tree ?? []).Where(file => file.Type != "tree" && !IsHarmless(file.Path)).Select(file => file.Path).ToList();

        return foreign.Count == 0 ? files : throw new CommandException(
            $"{repository.FullName} is used for something else: it has {string.Join(", ", foreign.Take(3))}{(foreign.Count > 3 ? ", …" : "")}. "
            + "Name a repository that is empty or does not exist yet.");
    }

    private bool IsHarmless(string path) =>
        path is "README.md" or "LICENSE" or ".gitignore" or ".gitattributes"
        || path == plan.IndexFilename
        || path.StartsWith(RemoteRecords.Folder + "/", StringComparison.Ordinal);
}
