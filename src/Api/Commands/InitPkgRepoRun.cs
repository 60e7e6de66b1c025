using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Commands;

namespace PyWharf.Api.Commands;

/// <summary>Runs the command github.init_pkg_repo. Progress goes to standard error, the lines for config.toml to standard output.</summary>
internal static class InitPkgRepoRun
{
    /// <summary>Returns 0 once the repository is ready.</summary>
    public static async Task<int> RunAsync(InitPkgRepoOptions options, CancellationToken cancellationToken)
    {
        var plan = options.Plan;
        if (options.Token is not { } token)
        {
            await Console.Out.WriteAsync(DryRun.Describe(plan));

            return 0;
        }

        var setup = new PackageRepositorySetup(
            plan,
            token,
            owner => GitHubApi.Create(plan.ApiUrl, owner, plan.Repo, TimeProvider.System, NullLogger.Instance),
            TimeProvider.System,
            Console.Error);
        var configuration = await setup.RunAsync(cancellationToken);

        await Console.Error.WriteLineAsync("\nAdd to config.toml:\n");
        await Console.Out.WriteAsync(configuration);
        await Console.Error.WriteLineAsync($"""

            and to admin_secret.toml, so that the server can read the index; the variable holds a token that may read the repository:

            {plan.AdminSecret()}
            """);

        return 0;
    }
}
