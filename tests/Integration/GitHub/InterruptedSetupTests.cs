using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Commands;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;
using PyWharf.Support;

namespace PyWharf.Integration.GitHub;

/// <summary>github.init_pkg_repo after an interruption: the next run creates what is missing, and nothing twice.</summary>
public sealed class InterruptedSetupTests : IAsyncLifetime, IDisposable
{
    // Repository, branch of the index, branch of the pages, first page, Pages, workflow.
    private const int Writes = 6;

    private readonly StringWriter _log = new();
    private FakeGitHub _github = null!; // set before each test
    private FakeToken _token = null!; // as well

    public static IEnumerable<object[]> EachWrite =>
        Enumerable.Range(0, Writes).SelectMany(write => new[] { false, true }, (write, tookEffect) => new object[] { write, tookEffect });

    public async Task InitializeAsync()
    {
        _github = await FakeGitHub.StartAsync();
        _github.LooksUntilInitialized = 0;
        _token = _github.AddClassicToken("octocat", "repo", "workflow");
    }

    public Task DisposeAsync() => _github.DisposeAsync().AsTask();

    public void Dispose() => _log.Dispose();

    [Theory]
    [MemberData(nameof(EachWrite))]
    public async Task A_run_after_a_lost_connection_ends_like_one_without(int write, bool tookEffect)
    {
        var seen = 0;
        _github.Faults.Next(
            request => request.Writes && seen++ == write, new Fault.Reset { Effect = tookEffect ? Effect.Whole : Effect.None });

        // The creation is looked after at once; every other write is left to the next run.
        var isRepaired = write == 0 && tookEffect;
        if (!isRepaired)
        {
            var stopped = await Assert.ThrowsAsync<CommandException>(() => SetUpAsync());
            Assert.EndsWith("Run the same command again: it goes on where it stopped.", stopped.Message, StringComparison.Ordinal);
        }

        await SetUpAsync();

        Assert.Equal(0, _github.Faults.Pending);
        var repository = Assert.Single(_github.Repositories);
        Assert.Equal(("gh-pages", "/"), repository.Pages);
        Assert.Equal(["Write the index of the packages", "Initial commit"], repository.History().Select(commit => commit.Message));
        Assert.Equal(["Initialize the pages", "Initial commit"], repository.History("gh-pages").Select(commit => commit.Message));
        Assert.Equal(["Initial commit"], repository.History("packages").Select(commit => commit.Message));
    }

    [Fact]
    public async Task There_are_as_many_writes_as_are_interrupted()
    {
        await SetUpAsync();

        Assert.Equal(Writes, _github.Log.All.Count(request => request.Writes));
    }

    [Fact]
    public async Task A_first_commit_that_takes_its_time_is_waited_for()
    {
        _github.LooksUntilInitialized = 25;

        await SetUpAsync();

        Assert.Contains("branch main: waiting for its first commit.\n", _log.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, _github.Log.Count("PUT", "README.md"));
    }

    [Fact]
    public async Task A_repository_that_stays_empty_gets_its_first_commit()
    {
        var repository = _github.AddRepository("octocat/python", empty: true);

        await SetUpAsync();

        Assert.NotNull(repository.Read("README.md"));
        Assert.NotNull(repository.Read(IndexWorkflow.Path));
        Assert.NotEmpty(repository.History("packages"));
    }

    private Task<string> SetUpAsync()
    {
        Assert.True(RepositoryName.TryParse("team", out var name, out _));
        var plan = new PackageRepositoryPlan
        {
            Name = name,
            Repo = "python",
            Branch = "packages",
            HasPages = true,
            Image = "example.com/pywharf:1.0",
            ApiUrl = new Uri(_github.ApiUrl.AbsoluteUri.TrimEnd('/') + "/"),
        };
        var setup = new PackageRepositorySetup(
            plan,
            new Secret(_token.Value),
            owner => GitHubApi.Create(plan.ApiUrl, owner, plan.Repo, TimeProvider.System, NullLogger.Instance),
            new SkippingTime(),
            _log);

        return setup.RunAsync(CancellationToken.None);
    }
}
