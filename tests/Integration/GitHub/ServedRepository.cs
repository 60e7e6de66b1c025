using System.Text;
using PyWharf.Domain;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;
using PyWharf.Support;

namespace PyWharf.Integration.GitHub;

/// <summary>A repository on a fake GitHub, and the servers that serve it. The clock skips waits.</summary>
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

    /// <summary>The admin secret of the servers.</summary>
    public FakeToken Admin { get; }

    /// <summary>A token that may write.</summary>
    public FakeToken Writer { get; }

    /// <summary>A token that may only read.</summary>
    public FakeToken Reader { get; }

    /// <param name="apiPath">A path below which the API is.</param>
    public static async Task<ServedRepository> CreateAsync(string apiPath = "")
    {
        var time = new SkippingTime();

        return new ServedRepository(await FakeGitHub.StartAsync(time, apiPath), time);
    }

    /// <summary>A server after its first sync.</summary>
    /// <param name="proxies">Whether it sends files itself.</param>
    /// <param name="writesIndex">Whether it writes the index.</param>
    public async Task<ServingProcess> ServerAsync(bool proxies = false, bool writesIndex = false)
    {
        var process = NewServer(proxies, writesIndex);
        Assert.Null((await process.Backend.SyncAsync(default)).Failure);

        return process;
    }

    /// <summary>A server before its first sync.</summary>
    public ServingProcess NewServer(bool proxies = false, bool writesIndex = false)
    {
        var process = new ServingProcess(this, proxies, writesIndex);
        _processes.Add(process);

        return process;
    }

    /// <summary>Publishes a release from elsewhere, which the index lacks.</summary>
    public FakeRelease Publish(Distribution file) => Repository.Publish(
        file.Filename,
        file.Content,
        $"name = \"{file.Name}\"\nversion = \"{file.Version}\"\ndistrib = \"{file.Name}\"\nsha256 = \"{file.Sha256}\"\n");

    /// <summary>The record of a project on the branch; null when there is none.</summary>
    public string? Record(string project) => Repository.Read($".pywharf/{project}.toml") is { } content ? Encoding.UTF8.GetString(content) : null;

    /// <summary>The number of commits of records.</summary>
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
