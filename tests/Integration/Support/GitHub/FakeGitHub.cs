namespace PyWharf.Integration.Support.GitHub;

/// <summary>
/// A GitHub of the tests' own, on the loopback: state in memory that tests can look at and change, the answers of the real one,
/// its known traps among them, and faults on order.
/// </summary>
internal sealed class FakeGitHub : IAsyncDisposable
{
    private readonly Hosts _hosts;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, FakeToken> _tokens = [];
    private readonly Dictionary<string, FakeAccount> _accounts = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<FakeRepository> _repositories = [];
    private readonly Dictionary<string, FakeRepository> _oldNames = new(StringComparer.OrdinalIgnoreCase);
    private int _failedLogins;

    // Real ids will pass 2³¹ before long.
    private long _lastId = 3_000_000_000;

    private FakeGitHub(TimeProvider time, string apiPath)
    {
        _time = time;
        RateLimits = new RateLimits(time);
        _hosts = new Hosts(apiPath, (http, origin, stopping) => new Exchange(this, http, origin).RunAsync(stopping));
    }

    /// <summary>What a client is configured with.</summary>
    public Uri ApiUrl => new(Root(Origin.Api));

    public RequestLog Log { get; } = new();

    public Mistakes Mistakes { get; } = new();

    public Faults Faults { get; } = new();

    public RateLimits RateLimits { get; }

    public Limits Limits { get; } = new();

    public SignedLinks Links { get; } = new();

    /// <summary>Whether an asset is sent by the API itself, with 200, instead of a redirect to the storage.</summary>
    public bool ServesAssetsDirectly { get; set; }

    /// <summary>Whether the storage sends the whole asset with 200, whatever part of it was asked for.</summary>
    public bool StorageIgnoresRanges { get; set; }

    /// <summary>How many looks it takes until the first commit of a new repository is there.</summary>
    public int LooksUntilInitialized { get; set; } = 2;

    /// <summary>The default branch of new repositories.</summary>
    public string NewDefaultBranch { get; set; } = "main";

    /// <summary>So many bad tokens from one address, and good ones are refused as well; null: no such lock.</summary>
    public int? FailedLoginsAllowed { get; set; }

    /// <summary>Held while a request is worked on; hold it to change several things at once.</summary>
    public Lock Gate { get; } = new();

    public IReadOnlyList<FakeRepository> Repositories
    {
        get
        {
            lock (Gate)
            {
                return [.. _repositories];
            }
        }
    }

    internal DateTimeOffset Now => _time.GetUtcNow();

    internal bool IsLockedOut => _failedLogins > FailedLoginsAllowed;

    /// <summary>Starts one.</summary>
    /// <param name="time">The clock of rate limits, dates and signed links.</param>
    /// <param name="apiPath">A path below which the API is, as <c>/api/v3</c> of GitHub Enterprise Server; the uploads are beside it then.</param>
    public static async Task<FakeGitHub> StartAsync(TimeProvider? time = null, string apiPath = "")
    {
        var github = new FakeGitHub(time ?? TimeProvider.System, apiPath);
        await github._hosts.StartAsync();

        return github;
    }

    /// <summary>Stops it, and fails the test if it did what GitHub does not.</summary>
    public async ValueTask DisposeAsync()
    {
        await _hosts.DisposeAsync();
        Mistakes.ThrowIfAny();
    }

    public FakeAccount AddUser(string login) => AddAccount(login, isOrganization: false);

    public FakeAccount AddOrganization(string login) => AddAccount(login, isOrganization: true);

    /// <summary>A repository with a first commit; its owner is made an organization unless there is one of that name.</summary>
    /// <param name="fullName">Owner and name.</param>
    /// <param name="private">Whether only those with a role see it.</param>
    /// <param name="defaultBranch">The branch of the first commit.</param>
    /// <param name="empty">Whether there is no commit.</param>
    public FakeRepository AddRepository(string fullName, bool @private = true, string defaultBranch = "main", bool empty = false)
    {
        lock (Gate)
        {
            var (owner, name) = (fullName.Split('/')[0], fullName.Split('/')[1]);
            var account = _accounts.TryGetValue(owner, out var known) ? known : AddOrganization(owner);
            var repository = new FakeRepository(this, NextId(), account, name, @private, defaultBranch);
            if (!empty)
            {
                repository.Put("README.md", System.Text.Encoding.UTF8.GetBytes($"# {name}"));
            }

            _repositories.Add(repository);
            _oldNames.Remove(fullName);

            return repository;
        }
    }

    /// <summary>A classic token with scope <c>repo</c> of a new user with this role.</summary>
    public FakeToken AddToken(FakeRepository repository, Role role)
    {
        var user = AddUser($"user-{NextId()}");
        repository.SetRole(user.Login, role);

        return AddClassicToken(user.Login, "repo");
    }

    public FakeToken AddClassicToken(string user, params IEnumerable<string> scopes) =>
        Add(new FakeToken($"ghp_{NextId()}", TokenKind.Classic) { User = AddUser(user).Login, Scopes = scopes.ToHashSet() });

    /// <summary>A fine-grained token for all of a user's repositories, or for some.</summary>
    public FakeToken AddFineGrainedToken(string user, IReadOnlyDictionary<string, Level> permissions, params IReadOnlyCollection<FakeRepository> repositories) =>
        Add(new FakeToken($"github_pat_{NextId()}", TokenKind.FineGrained)
        {
            User = AddUser(user).Login,
            Permissions = permissions,
            Repositories = repositories.Count == 0 ? null : repositories.ToHashSet(),
        });

    /// <summary>The token of a workflow run.</summary>
    public FakeToken AddActionsToken(FakeRepository repository, Level contents = Level.Write) =>
        Add(new FakeToken($"ghs_{NextId()}", TokenKind.Actions)
        {
            Permissions = new Dictionary<string, Level> { ["contents"] = contents },
            Repositories = new HashSet<FakeRepository> { repository },
        });

    /// <summary>From now on nobody knows it.</summary>
    public void Revoke(FakeToken token)
    {
        lock (Gate)
        {
            _tokens.Remove(token.Value);
        }
    }

    /// <summary>The base address of a host, without a slash at its end.</summary>
    internal string Root(Origin origin) => _hosts.Root(origin);

    internal string[] WithoutBasePath(Origin origin, string[] segments) => _hosts.WithoutBasePath(origin, segments);

    internal long NextId() => Interlocked.Increment(ref _lastId);

    internal FakeRepository? Find(string fullName) =>
        _repositories.Find(repository => repository.IsNamed(fullName)) ?? _oldNames.GetValueOrDefault(fullName);

    internal FakeRepository? Find(long id) => _repositories.Find(repository => repository.Id == id);

    internal FakeAccount? Account(string login) => _accounts.GetValueOrDefault(login);

    internal void Moved(FakeRepository repository) => _oldNames[repository.FullName] = repository;

    internal FakeToken? TokenOf(string authorization)
    {
        lock (Gate)
        {
            return authorization.Split(' ', 2) is [var scheme, var value] && scheme.ToUpperInvariant() is "BEARER" or "TOKEN"
                ? _tokens.GetValueOrDefault(value.Trim())
                : null;
        }
    }

    internal Reply FailedLogin() => ++_failedLogins > FailedLoginsAllowed ? LockedOut() : Reply.Error(401, "Bad credentials");

    internal static Reply LockedOut() => Reply.Error(403, "Maximum number of login attempts exceeded. Please try again later.");

    private FakeToken Add(FakeToken token)
    {
        lock (Gate)
        {
            return _tokens[token.Value] = token;
        }
    }

    private FakeAccount AddAccount(string login, bool isOrganization)
    {
        lock (Gate)
        {
            return _accounts.TryGetValue(login, out var known) ? known : _accounts[login] = new FakeAccount(login, NextId(), isOrganization);
        }
    }
}
