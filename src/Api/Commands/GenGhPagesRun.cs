using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Commands;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Api.Commands;

/// <summary>Runs the command github.gen_gh_pages.</summary>
internal static class GenGhPagesRun
{
    /// <summary>Returns 0 once the pages are written.</summary>
    public static async Task<int> RunAsync(GenGhPagesOptions options, CancellationToken cancellationToken)
    {
        // A web server must be able to read the files.
        FileModes.LeaveToUser();

        var config = options.Repository;
        var api = GitHubApi.Create(config.ApiUrl, config.Owner, config.Repo, TimeProvider.System, NullLogger.Instance);

        var (projects, files) = await new StaticPages(config, options.Token, api, Console.Error).WriteAsync(options.OutputFolder, cancellationToken);
        await Console.Out.WriteLineAsync($"{options.OutputFolder}: {projects} projects, {files} files.");

        return 0;
    }
}
