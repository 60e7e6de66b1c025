using System.Text;
using PyWharf.Domain;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;
using PyWharf.Support;

namespace PyWharf.Integration.GitHub;

/// <summary>A repository of packages on a GitHub of the test's own, and the servers that serve it. No test waits: the clock jumps.</summary>
internal sealed class ServedRepository : IAsyncDisposable
{
    private readonly List<ServingProcess> _processes = [];

    private ServedRepository(FakeGitHub github, SkippingTime time)
    {
        (GitHub, Time) = (github, time);
        Repository = github.AddRepository("acme/packages");
        Admin = github.AddToken(Repository, Role.Push);
        Writer = github.AddToken(Repository, Role.Push);
        Reader = github.AddToken(Repository, Role.Pull);
    }

    public FakeGitHub GitHub { get; }

    public SkippingTime Time { get; }

    public FakeRepository Repository { get; }

    /// <summary>Of the servers themselves.</summary>
    public FakeToken Admin { get; }

    /// <summary>Of somebody who may write.</summary>
    public FakeToken Writer { get; }

    /// <summary>Of somebody who may not.</summary>
    public FakeToken Reader { get; }

    /// <param name="apiPath">A path below which the API is.</param>
    public static async Task<ServedRepository> CreateAsync(string apiPath = "")
    {
        var time = new SkippingTime();

        return new ServedRepository(await FakeGitHub.StartAsync(time, apiPath), time);
    }

    /// <summary>A server that has looked at the index.</summary>
    /// <param name="proxies">Whether it sends files itself.</param>
    /// <param name="writesIndex">Whether it writes the index.</param>
    public async Task<ServingProcess> ServerAsync(bool proxies = false, bool writesIndex = false)
    {
        var process = NewServer(proxies, writesIndex);
        Assert.Null((await process.Backend.SyncAsync(default)).Failure);

        return process;
    }

    /// <summary>A server that has not looked at anything.</summary>
    public ServingProcess NewServer(bool proxies = false, bool writesIndex = false)
    {
        var process = new ServingProcess(this, proxies, writesIndex);
        _processes.Add(process);

        return process;
    }

    /// <summary>Somebody publishes with another program, as a release that no index has yet.</summary>
    public FakeRelease Publish(Distribution file) => Repository.Publish(
        file.Filename,
        file.Content,
        $"name = \"{file.Name}\"\nversion = \"{file.Version}\"\ndistrib = \"{file.Name}\"\nsha256 = \"{file.Sha256}\"\n");

    /// <summary>What is written about a project on the branch; null when there is nothing.</summary>
    public string? Record(string project) => Repository.Read($".pywharf/{project}.toml") is { } content ? Encoding.UTF8.GetString(content) : null;

    /// <summary>How many commits there are of records.</summary>
    public int Decisions => Repository.History().Count(commit => commit.Message.StartsWith("Decide about", StringComparison.Ordinal));

    public bool HasTag(string filename)
    {
        lock (GitHub.Gate)
        {
            return Repository.Git.Tag(filename) is not null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _processes.ForEach(process => process.Dispose());
        await GitHub.DisposeAsync();
    }
}
