using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Backends.GitHub;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;
using PyWharf.Support;

namespace PyWharf.Integration.Backends;

/// <summary>What every back end promises, of the one in GitHub's releases. Processes of one test share a root folder.</summary>
public sealed class GitHubBackendTests : BackendContract, IAsyncLifetime
{
    private readonly TempFolder _root = new();
    private readonly SkippingTime _time = new();
    private Secret? _write;
    private Secret? _read;

    protected override Secret WriteSecret => _write ?? throw new InvalidOperationException("It has not started yet.");

    protected override Secret ReadSecret => _read ?? throw new InvalidOperationException("It has not started yet.");

    protected override bool SyncFindsLosses => false;

    // Each takes three writes a second apart, and nobody waits longer than twenty seconds.
    protected override int Publishers => 6;

    private FakeGitHub GitHub { get; set; } = null!; // by InitializeAsync

    private FakeRepository Repository { get; set; } = null!; // by InitializeAsync

    public async Task InitializeAsync()
    {
        GitHub = await FakeGitHub.StartAsync();
        Repository = GitHub.AddRepository("acme/packages");
        _write = new Secret(GitHub.AddToken(Repository, Role.Push).Value);
        _read = new Secret(GitHub.AddToken(Repository, Role.Pull).Value);
    }

    public async Task DisposeAsync() => await GitHub.DisposeAsync();

    private GitHubConfig Config => new(NameOf("team"), "acme", "packages", "main", "index.toml", GitHub.ApiUrl);

    protected override IRepositoryBackend Open()
    {
        return GitHubBackend.Open(
            Config,
            new GitHubLayout(_root.Path, Config),
            GitHubApi.Create(GitHub.ApiUrl, "acme", "packages", _time, NullLogger.Instance),
            WriteSecret,
            new AuthenticationLifetimes(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5)),
            _time,
            NullLogger.Instance);
    }

    protected override void Lose(PackageFile file)
    {
        lock (GitHub.Gate)
        {
            Repository.ReleaseList.RemoveAll(release => release.Tag == file.Filename.ToString());
        }
    }

    protected override IReadOnlyList<string> Litter() =>
    [
        .. Repository.Releases.Where(release => release.Draft).Select(release => $"draft {release.Tag}"),
        .. Directory.EnumerateFiles(new GitHubLayout(_root.Path, Config).Staging),
    ];

    protected override void CleanUp() => _root.Dispose();

    private static RepositoryName NameOf(string text) => RepositoryName.TryParse(text, out var name, out _) ? name : throw new ArgumentException(text);
}
