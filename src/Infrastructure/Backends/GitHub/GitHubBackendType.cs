using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Releases;
using PyWharf.Infrastructure.Backends.GitHub.Tokens;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>Repositories in the releases of a repository on GitHub.</summary>
internal sealed class GitHubBackendType(ICatalogFactory catalogs, AuthenticationLifetimes lifetimes, TimeProvider time, ILoggerFactory loggers) : IBackendType
{
    private const string Redirect = "redirect";
    private const string Proxy = "proxy";
    private const string Workflow = "workflow";
    private const string Server = "server";

    // One for all repositories: GitHub sees the address of this server.
    private readonly TokenQuota _quota = new(time);

    private readonly ILogger _logger = loggers.CreateLogger<GitHubBackend>();

    public string Name => GitHubConfig.Type;

    public IReadOnlyList<ConfigKey> Keys { get; } =
    [
        ConfigKey.MaxFileBytes(AssetRules.LargestFile),
        ConfigKey.Text("owner", "the account that owns the repository on GitHub", problem: Segment),
        ConfigKey.Text("repo", "the name of the repository on GitHub", problem: Segment),
        ConfigKey.Text("branch", "the branch that has the index file", GitHubConfig.DefaultBranch, Branch),
        ConfigKey.Text("index_filename", "the path of the index file", GitHubConfig.DefaultIndexFilename, File),
        ConfigKey.Text("api_url", "where GitHub's API is", GitHubConfig.DefaultApiUrl, Url),
        ConfigKey.Text("download", "redirect: clients fetch files from GitHub's storage; proxy: through this server", Redirect, text => OneOf(text, Redirect, Proxy)),
        ConfigKey.Number("max_cache_bytes", "how much of the disk files may take that are kept for download = \"proxy\"", GitHubConfig.DefaultMaxCacheBytes, bytes => bytes < 0 ? "must not be negative" : null),
        ConfigKey.Text("index", "workflow: a workflow of the repository writes the index file; server: this server does", Workflow, text => OneOf(text, Workflow, Server)),
    ];

    // Each caller brings a token.
    public string? OwnSecretKey => null;

    // The index is read in the background.
    public bool NeedsAdminSecret => true;

    public string? StorageFolder(string root, RepositoryName repository) => null;

    public IRepositoryBackend Open(RepositoryConfig config, string root, Secret? adminSecret)
    {
        var read = ConfigOf(config);
        // The one library that AssemblyPreloader leaves out.
        RuntimeHelpers.RunClassConstructor(typeof(Octokit.Connection).TypeHandle);
        var api = GitHubApi.Create(read.ApiUrl, read.Owner, read.Repo, time, _logger);

        return GitHubBackend.Open(read, new GitHubLayout(root, read), api, catalogs, adminSecret, lifetimes, _quota, time, _logger);
    }

    public async Task VerifyAsync(
        RepositoryConfig config, string root, VerificationReport report, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var layout = new GitHubLayout(root, ConfigOf(config));
        report.Add("the packages are at GitHub and were not fetched: what was checked are the copies that this server keeps");
        await DigestNamedFiles.VerifyCopiesAsync([layout.Assets, layout.Metadata], "GitHub", report, progress, cancellationToken);
    }

    private static GitHubConfig ConfigOf(RepositoryConfig config) => new(
        config.Name,
        config.Text("owner"),
        config.Text("repo"),
        config.Text("branch"),
        config.Text("index_filename"),
        new Uri(config.Text("api_url").TrimEnd('/') + "/"))
    {
        Proxies = config.Text("download") == Proxy,
        MaxCacheBytes = config.Number("max_cache_bytes"),
        WritesIndex = config.Text("index") == Server,
    };

    private static string? Segment(string text) =>
        text.Length > 0 && text is not ("." or "..") && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? null
            : "must consist of letters, digits, '-', '_' and '.'";

    private static string? File(string text) => IsPath(text) ? null : "must be a path on the branch, such as index.toml";

    // What git check-ref-format forbids beyond that.
    private static string? Branch(string text) =>
        IsPath(text) && !text.Contains("..", StringComparison.Ordinal) && !text.Contains("@{", StringComparison.Ordinal) && text.IndexOfAny([' ', '~', '^', ':', '?', '*', '[']) < 0
            ? null
            : "must be the name of a branch, such as main";

    private static bool IsPath(string text) =>
        text.Split('/').All(part => part is not ("" or "." or "..")) && !text.Any(c => char.IsControl(c) || c == '\\');

    private static string? Url(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0 && url.UserInfo.Length == 0
            ? null
            : "must be an http or https address, such as https://github.example.com/api/v3";

    private static string? OneOf(string text, string one, string other) => text == one || text == other ? null : $"must be \"{one}\" or \"{other}\"";
}
