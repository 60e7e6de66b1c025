namespace PyWharf.Integration.Support.GitHub;

/// <summary>A repository: git, releases, and switches for what GitHub does now and then.</summary>
internal sealed class FakeRepository(FakeGitHub github, long id, FakeAccount owner, string name, bool isPrivate, string defaultBranch)
{
    private readonly Dictionary<string, Role> _roles = new(StringComparer.OrdinalIgnoreCase);

    public long Id { get; } = id;

    public FakeAccount Owner { get; private set; } = owner;

    public string Name { get; private set; } = name;

    public string FullName => $"{Owner.Login}/{Name}";

    public bool Private { get; set; } = isPrivate;

    public bool Archived { get; set; }

    public DateTimeOffset CreatedAt { get; } = github.Now;

    public string DefaultBranch { get; set; } = defaultBranch;

    public string? Description { get; set; }

    public string? Homepage { get; set; }

    public FakeGit Git { get; } = new();

    /// <summary>All releases, drafts among them, in the order in which they were made; a copy.</summary>
    public IReadOnlyList<FakeRelease> Releases
    {
        get
        {
            lock (github.Gate)
            {
                return [.. ReleaseList];
            }
        }
    }

    /// <summary>How many reads of the list and of its tag miss a release after it was published.</summary>
    public int ReleaseLag { get; set; }

    /// <summary>Lists with more releases per page than this answer 502; null for none.</summary>
    public int? LargestPage { get; set; }

    /// <summary>Whether a published release can't be changed any more, and a deleted one keeps its tag for ever.</summary>
    public bool ImmutableReleases { get; set; }

    /// <summary>Whether a draft may be made for a tag that is published; publishing it fails.</summary>
    public bool AcceptsDraftsOfPublishedTags { get; set; }

    /// <summary>Whether assets come without a digest.</summary>
    public bool LacksDigests { get; set; }

    /// <summary>Branches that take no direct commit.</summary>
    public HashSet<string> ProtectedBranches { get; } = [];

    /// <summary>Whether the plan of the owner has Pages for private repositories.</summary>
    public bool PlanHasPages { get; set; } = true;

    /// <summary>Branch and path of the Pages site; null for none.</summary>
    public (string Branch, string Path)? Pages { get; set; }

    public int PagesBuilds { get; internal set; }

    /// <summary>Event types of the repository dispatches.</summary>
    public List<string> Dispatches { get; } = [];

    /// <summary>Workflow files that were started, and on what ref.</summary>
    public List<(string File, string Ref)> WorkflowRuns { get; } = [];

    internal List<FakeRelease> ReleaseList { get; } = [];

    internal HashSet<string> BurnedTags { get; } = [];

    /// <summary>How many looks at git it takes until the first commit of <c>auto_init</c> is there; null when none is under way.</summary>
    internal int? LooksUntilInitialized { get; set; }

    public void SetRole(string login, Role role)
    {
        lock (github.Gate)
        {
            _roles[login] = role;
        }
    }

    /// <summary>The old name goes on to lead here.</summary>
    public void Rename(string newName)
    {
        lock (github.Gate)
        {
            github.Moved(this);
            Name = newName;
        }
    }

    /// <summary>It belongs to somebody else; the old name goes on to lead here.</summary>
    public void Transfer(FakeAccount newOwner)
    {
        lock (github.Gate)
        {
            github.Moved(this);
            Owner = newOwner;
        }
    }

    /// <summary>A published release as the original program leaves one: tag, name and asset are called like the file, the body is the metadata.</summary>
    /// <param name="filename">The distribution file's name.</param>
    /// <param name="content">The file.</param>
    /// <param name="metaToml">The body.</param>
    public FakeRelease Publish(string filename, byte[] content, string metaToml)
    {
        lock (github.Gate)
        {
            var release = AddDraft(filename, content, metaToml);
            Publish(release);
            release.HiddenReads = 0;

            return release;
        }
    }

    /// <summary>A draft as a publication that broke off leaves one.</summary>
    /// <param name="filename">Tag and name.</param>
    /// <param name="content">Of its asset; null for none.</param>
    /// <param name="body">The body.</param>
    /// <param name="createdAt">Null for now.</param>
    public FakeRelease AddDraft(string filename, byte[]? content = null, string body = "", DateTimeOffset? createdAt = null)
    {
        lock (github.Gate)
        {
            var release = new FakeRelease(github.NextId(), createdAt ?? github.Now)
            {
                Tag = filename,
                Name = filename,
                Body = body,
                TargetCommitish = DefaultBranch,
                Author = Owner.Login,
            };
            if (content is not null)
            {
                release.Assets.Add(new FakeAsset(github.NextId(), filename, content, "application/zip", release.CreatedAt));
            }

            ReleaseList.Add(release);
            return release;
        }
    }

    /// <summary>Commits a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="content">Null deletes it.</param>
    /// <param name="branch">Made when it isn't there; null for the default branch.</param>
    /// <param name="date">Of the commit; null for now.</param>
    public Commit Put(string path, byte[]? content, string? branch = null, DateTimeOffset? date = null)
    {
        lock (github.Gate)
        {
            return Git.Change(branch ?? DefaultBranch, $"Change {path}", date ?? github.Now, (path, content));
        }
    }

    /// <summary>A file as it is now; null when there is none.</summary>
    public byte[]? Read(string path, string? branch = null)
    {
        lock (github.Gate)
        {
            return Git.Branch(branch ?? DefaultBranch)?.Files.TryGetValue(path, out var sha) == true ? Git.Blobs[sha] : null;
        }
    }

    /// <summary>The commits of a branch, the newest first.</summary>
    public IReadOnlyList<Commit> History(string? branch = null)
    {
        lock (github.Gate)
        {
            return [.. Git.History(branch ?? DefaultBranch)];
        }
    }

    internal bool IsNamed(string fullName) => FullName.Equals(fullName, StringComparison.OrdinalIgnoreCase);

    internal Role RoleOf(FakeToken token) => token.Kind == TokenKind.Actions
        ? !token.Covers(this) ? Role.None : token.LevelOf("contents") == Level.Write ? Role.Push : Role.Pull
        : RoleOf(token.User);

    internal Role RoleOf(string login) =>
        _roles.TryGetValue(login, out var role) ? role : Owner.Login.Equals(login, StringComparison.OrdinalIgnoreCase) ? Role.Admin : Role.None;

    /// <summary>Makes the draft public: its tag is made, unless it exists, at the head of its target.</summary>
    internal void Publish(FakeRelease release)
    {
        if (Git.Tag(release.Tag) is null && (Git.Branch(release.TargetCommitish) ?? Git.Commits.GetValueOrDefault(release.TargetCommitish)) is { } head)
        {
            Git.Refs = Git.Refs.SetItem($"refs/tags/{release.Tag}", head.Sha);
        }

        release.Draft = false;
        release.Immutable = ImmutableReleases;
        release.PublishedAt = github.Now;
        release.CreatedAt = Git.Tag(release.Tag)?.Date ?? release.CreatedAt;
        release.HiddenReads = ReleaseLag;
    }

    /// <summary>A look at git: brings a first commit that is under way nearer.</summary>
    internal void LookAtGit()
    {
        if (LooksUntilInitialized is { } left && (LooksUntilInitialized = left - 1) < 0)
        {
            LooksUntilInitialized = null;
            Git.Change(DefaultBranch, "Initial commit", github.Now, ("README.md", System.Text.Encoding.UTF8.GetBytes($"# {Name}")));
        }
    }
}
