using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Backends.GitHub;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Tokens;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;
using PyWharf.Support;

namespace PyWharf.Integration.Backends;

/// <summary>What every back end promises, of the one in GitHub's releases. Processes of one test share a root folder.</summary>
public sealed class GitHubBackendTests : BackendContract, IAsyncLifetime
{
    private static readonly int Uploads = Environment.GetEnvironmentVariable("PYWHARF_SOAK") == "1" ? 2_000 : 200;

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
        GitHub = await FakeGitHub.StartAsync(_time);
        Repository = GitHub.AddRepository("acme/packages");
        _write = new Secret(GitHub.AddToken(Repository, Role.Push).Value);
        _read = new Secret(GitHub.AddToken(Repository, Role.Pull).Value);
    }

    public async Task DisposeAsync() => await GitHub.DisposeAsync();

    [Theory]
    [InlineData(1, 0.3)]
    [InlineData(2, 0.4)]
    public async Task Whatever_fails_what_was_acknowledged_is_there_and_no_name_is_blocked(int seed, double rate)
    {
        var backends = new[] { await OpenedAsync(), await OpenedAsync() };
        var (acknowledged, others) = (new ConcurrentBag<Distribution>(), new ConcurrentBag<Distribution>());
        GitHub.RateLimits.PerHour = int.MaxValue;
        Repository.ReleaseLag = 1;
        GitHub.Faults.Chaos(seed, rate, mostInARow: 10);
        // Retries may get every upload through the random faults: for this one they never do.
        GitHub.Faults.Next(request => request.Path.EndsWith("/releases/tags/demo7-1.7-py3-none-any.whl", StringComparison.Ordinal), new Fault.Answer(502), times: int.MaxValue);

        await Parallel.ForEachAsync(Enumerable.Range(0, Uploads), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var wheel = Wheels.Build($"demo{i % 20}", $"1.{i}", payload: i);
            var outcome = await PublishAsync(backends[i % 2], wheel);
            Assert.True(outcome.Failure is null or { Kind: FailureKind.Unavailable, RetryAfter: not null }, outcome.Failure?.Message);
            (outcome.Failure is null ? acknowledged : others).Add(wheel);
        });
        GitHub.Faults.Stop();

        Assert.Equal(Uploads, acknowledged.Count + others.Count);
        Assert.NotEmpty(acknowledged);
        Assert.NotEmpty(others);
        await AssertOffersAsync(acknowledged);

        // Who was told to come again does, and the last draft that was left goes.
        foreach (var other in others)
        {
            Assert.Null((await PublishAsync(backends[0], other)).Failure);
        }

        _time.Advance(TimeSpan.FromMinutes(61));
        await backends[0].DescribeAsync(default);
        Assert.Empty(Litter());
        Assert.Equal(Uploads, Repository.Releases.Count);
        await AssertOffersAsync([.. acknowledged, .. others]);
        Assert.Equal(new SyncReport(Uploads, Uploads, 0), (await backends[0].RebuildIndexAsync(WriteSecret, new Progress<WorkProgress>(), default)).Value);

        async Task AssertOffersAsync(IReadOnlyCollection<Distribution> wheels)
        {
            var published = Repository.Releases.Where(release => !release.Draft).ToDictionary(release => release.Tag);
            foreach (var backend in backends)
            {
                var offered = (await FilesAsync(backend)).ToDictionary(file => file.Filename.ToString());
                Assert.All(wheels, wheel => Assert.Equal(wheel.Sha256, offered[wheel.Filename].Sha256.ToString()));
                Assert.All(wheels, wheel => Assert.Equal(wheel.Content, Assert.Single(published[wheel.Filename].Assets).Content));
            }
        }
    }

    private GitHubConfig Config => new(NameOf("team"), "acme", "packages", "main", "index.toml", GitHub.ApiUrl);

    protected override IRepositoryBackend Open()
    {
        return GitHubBackend.Open(
            Config,
            new GitHubLayout(_root.Path, Config),
            GitHubApi.Create(GitHub.ApiUrl, "acme", "packages", _time, NullLogger.Instance),
            new SqliteCatalogFactory(_time, NullLogger.Instance),
            WriteSecret,
            new AuthenticationLifetimes(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5)),
            new TokenQuota(_time),
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
