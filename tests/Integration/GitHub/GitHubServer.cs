using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>Base of tests that run the program with a repository on GitHub.</summary>
public abstract class GitHubServer : IAsyncLifetime
{
    protected const string Name = "team";
    protected static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly List<IDisposable> _used = [];

    private protected FakeGitHub GitHub { get; private set; } = null!; // by InitializeAsync

    private protected FakeRepository Repository { get; private set; } = null!; // by InitializeAsync

    private protected FakeToken Admin { get; private set; } = null!; // by InitializeAsync

    private protected FakeToken Writer { get; private set; } = null!; // by InitializeAsync

    private protected FakeToken Reader { get; private set; } = null!; // by InitializeAsync

    public async Task InitializeAsync()
    {
        GitHub = await FakeGitHub.StartAsync();
        Repository = GitHub.AddRepository("acme/packages");
        Admin = GitHub.AddToken(Repository, Role.Push);
        Writer = GitHub.AddToken(Repository, Role.Push);
        Reader = GitHub.AddToken(Repository, Role.Pull);
    }

    public async Task DisposeAsync()
    {
        _used.ForEach(used => used.Dispose());
        await GitHub.DisposeAsync();
    }

    private protected TempFolder Folder()
    {
        var folder = new TempFolder();
        _used.Add(folder);

        return folder;
    }

    /// <summary>A configuration; keys of the same name in <paramref name="more"/> take the place of its own.</summary>
    private protected string Config(params string[] more)
    {
        string[] own = ["type = \"github\"", "owner = \"acme\"", "repo = \"packages\"", "branch = \"main\"", $"api_url = \"{GitHub.ApiUrl}\"", "sync_index_interval = 1"];
        var taken = more.Select(line => line.Split('=')[0]).ToHashSet();

        return string.Join('\n', [$"[{Name}]", .. own.Where(line => !taken.Contains(line.Split('=')[0])), .. more, ""]);
    }

    private protected Task<PyWharfProcess> StartAsync(TempFolder root, params string[] more) => StartAsync(root, more, flags: []);

    private protected async Task<PyWharfProcess> StartAsync(TempFolder root, string[] more, string[] flags)
    {
        var secret = Path.Combine(Folder().Path, "admin_secret.toml");
        await File.WriteAllTextAsync(secret, $"[{Name}]\ntype = \"github\"\nraw = \"{Admin.Value}\"\n");
        var server = await PyWharfProcess.StartAsync(root.Path, Config(more), [$"--admin_secret={secret}", .. flags]);
        _used.Insert(0, server);

        return server;
    }
}
