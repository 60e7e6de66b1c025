using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using PyWharf.Application.Ports;
using PyWharf.Application.Rendering;
using PyWharf.Application.Upstream;
using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>
/// One repository as the server serves it: an immutable index, replaced as a whole, and the pages rendered from it. All changes, whoever made
/// them, come in through <see cref="RefreshAsync"/>.
/// </summary>
/// <remarks>
/// Reference-counted: a configuration may be replaced while requests use its repositories. The storage is closed by the last holder.
/// </remarks>
/// <param name="name">Its name.</param>
/// <param name="settings">Its settings.</param>
/// <param name="backend">Its storage, closed by the last holder.</param>
/// <param name="upstream">The index that is asked for projects that it lacks, closed by the last holder; null for none.</param>
/// <param name="members">The repositories of a group, in the order in which they are looked at; none for a repository with a storage of its own.</param>
public sealed class Repository(
    RepositoryName name, RepositorySettings settings, IRepositoryBackend backend, UpstreamSource? upstream = null, IReadOnlyList<Repository>? members = null) : IDisposable
{
    private readonly ConcurrentDictionary<ProjectName, (ProjectFiles Files, RenderedPage Page)> _projectPages = new();
    // How long a request waits for another one that reads changes; then it uses the index at hand, as the disk may be slow.
    private static readonly TimeSpan RefreshWait = TimeSpan.FromSeconds(0.5);

    private const int MaxSyncAttempts = 3;

    private readonly SemaphoreSlim _refresh = new(1);
    private int _holders = 1; // the repository set, until it disposes this
    private volatile RepositoryIndex? _index;

    // ChangeMark at the last read of changes, whether it succeeded or failed.
    private long _mark;

    // A scope is that of a token, or the one of all projects; its page goes with it. The object stands for the names on the page.
    private readonly ConditionalWeakTable<ProjectScope, Tuple<object, RenderedPage>> _projectLists = [];
    private readonly ConditionalWeakTable<ProjectScope, Tuple<RepositoryIndex, RepositoryStatistics>> _statistics = [];
    private long _syncedAt;
    private long _readAt;

    /// <summary>Its name.</summary>
    public RepositoryName Name => name;

    /// <summary>Its settings.</summary>
    public RepositorySettings Settings => settings;

    /// <summary>Its storage.</summary>
    public IRepositoryBackend Backend => backend;

    /// <summary>The indexes that are asked for projects that it lacks, in the order in which they are asked.</summary>
    public IReadOnlyList<UpstreamSource> Upstreams { get; } = members is null
        ? upstream is null ? [] : [upstream]
        : [.. members.SelectMany(member => member.Upstreams).Distinct(UpstreamSource.ByIndex)];

    /// <summary>The repositories of a group, in the order in which they are looked at; none for a repository with a storage of its own.</summary>
    public IReadOnlyList<Repository> Members => members ?? [];

    /// <summary>Whether it is a read-only view of other repositories.</summary>
    public bool IsGroup => members is not null;

    /// <summary>When this server last compared index and storage with success, as <see cref="TimeProvider.GetTimestamp"/>; 0 for never.</summary>
    public long SyncedAt
    {
        get => Interlocked.Read(ref _syncedAt);
        set => Interlocked.Exchange(ref _syncedAt, value);
    }

    /// <summary>When changes of the index could last be read, as <see cref="TimeProvider.GetTimestamp"/>; 0 for never.</summary>
    public long ReadAt
    {
        get => Interlocked.Read(ref _readAt);
        set => Interlocked.Exchange(ref _readAt, value);
    }

    /// <summary>The current index; null until it is first read. Recent changes of other processes may be missing.</summary>
    public RepositoryIndex? Index => _index;

    /// <summary>
    /// The index with every change that any process acknowledged before this call; null until it is first read. If changes can't be read now,
    /// it is the index at hand, so that pages stay available.
    /// </summary>
    public ValueTask<RepositoryIndex?> GetIndexAsync(CancellationToken cancellationToken) =>
        _index is { } index && backend.ChangeMark != Interlocked.Read(ref _mark) ? new(CatchUpAsync(cancellationToken)) : new(_index);

    /// <summary>
    /// The index to look something up in: before it is said to be missing, the index has every change that any server acknowledged before this call.
    /// </summary>
    /// <param name="sought">What is looked up; passed on, so that <paramref name="isIn"/> captures nothing.</param>
    /// <param name="isIn">Whether an index has it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<RepositoryIndex?> GetIndexAsync<T>(T sought, Func<RepositoryIndex, T, bool> isIn, CancellationToken cancellationToken)
    {
        var index = await GetIndexAsync(cancellationToken);
        if (index is null || isIn(index, sought))
        {
            return index;
        }

        await backend.CatchUpAsync(cancellationToken);

        return await GetIndexAsync(cancellationToken);
    }

    /// <summary>
    /// Compares index and storage, and applies the differences. Repeated if the index turns out to be damaged meanwhile.
    /// </summary>
    public async Task<Outcome<SyncReport>> SyncAsync(CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var report = await backend.SyncAsync(cancellationToken);
            var failure = report.Failure ?? await RefreshAsync(cancellationToken);
            if (!backend.NeedsSync || tries == MaxSyncAttempts)
            {
                return failure is not null ? failure : report;
            }
        }
    }

    /// <summary>
    /// Applies every change that any process made before this call. Serialized: changes are applied in the order of their revisions, so that an
    /// older publication never undoes a removal.
    /// </summary>
    public async Task<Failure?> RefreshAsync(CancellationToken cancellationToken)
    {
        await _refresh.WaitAsync(cancellationToken);
        try
        {
            return await ReadAsync(cancellationToken);
        }
        finally
        {
            _refresh.Release();
        }
    }

    /// <summary>The project list page of a scope; rendered on demand, once until a project is added or removed.</summary>
    public RenderedPage ProjectListPage(RepositoryIndex index, ProjectScope scope)
    {
        var names = index.Offered.Names;
        if (!_projectLists.TryGetValue(scope, out var made) || made.Item1 != names)
        {
            made = Tuple.Create(names, SimplePage.RenderProjectList(OfferedProjects(index, scope).Select(project => project.Name.ToString()), isView: !scope.IsAll));
            _projectLists.AddOrUpdate(scope, made);
        }

        return made.Item2;
    }

    /// <summary>The project's page; rendered on demand, once per change of the project.</summary>
    public RenderedPage ProjectPage(ProjectFiles files)
    {
        if (!_projectPages.TryGetValue(files.Name, out var made) || made.Files != files)
        {
            made = (files, SimplePage.Render(() => ProjectPageFactory.Create(files)));
            _projectPages[files.Name] = made;
        }

        return made.Page;
    }

    /// <summary>When what the index offers of a scope last changed; for a part of the projects, when the newest of their files was published.</summary>
    internal static DateTimeOffset ModifiedAt(RepositoryIndex index, ProjectScope scope) => scope.IsAll
        ? index.ModifiedAt
        : OfferedProjects(index, scope).Select(project => project.NewestUpload?.UploadedAt ?? DateTimeOffset.UnixEpoch)
            .DefaultIfEmpty(DateTimeOffset.UnixEpoch).Max();

    /// <summary>Counts and newest uploads of a scope; computed on demand, once per change of the index.</summary>
    internal RepositoryStatistics Statistics(RepositoryIndex index, ProjectScope scope)
    {
        if (!_statistics.TryGetValue(scope, out var made) || made.Item1 != index)
        {
            made = Tuple.Create(index, RepositoryStatistics.Of(OfferedProjects(index, scope), index.Projects.Where(project => !project.IsOffered && scope.Includes(project.Name))));
            _statistics.AddOrUpdate(scope, made);
        }

        return made.Item2;
    }

    /// <summary>The projects of a scope that the index offers, sorted by name.</summary>
    internal static IEnumerable<ProjectFiles> OfferedProjects(RepositoryIndex index, ProjectScope scope) =>
        scope.IsAll ? index.Offered : index.Offered.Where(project => scope.Includes(project.Name));

    /// <summary>The member of a group that a project of its index is from; null if this is no group.</summary>
    internal Repository? OwnerOf(ProjectName project) => Members.FirstOrDefault(member => member.Index?.Find(project) is not null);

    /// <summary>
    /// Keeps the storage open until <see cref="Release"/> is called. False if it is closed already, because the configuration was replaced.
    /// </summary>
    public bool TryHold()
    {
        for (var holders = Volatile.Read(ref _holders); holders > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
            {
                return true;
            }

            holders = seen;
        }

        return false;
    }

    /// <summary>Releases a hold of <see cref="TryHold"/>.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            backend.Dispose();
            upstream?.Dispose();
            _refresh.Dispose();
        }
    }

    /// <summary>Closes the storage as soon as nobody holds it. Called once, when the repository is no longer in the current set.</summary>
    public void Dispose() => Release();

    private async Task<RepositoryIndex?> CatchUpAsync(CancellationToken cancellationToken)
    {
        if (!await _refresh.WaitAsync(RefreshWait, cancellationToken))
        {
            return _index;
        }

        try
        {
            // Another request may have read them meanwhile.
            if (backend.ChangeMark != _mark)
            {
                await ReadAsync(cancellationToken);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Not logged here: IndexSyncWorker meets the same error within a second, and logs it.
        }
        finally
        {
            _refresh.Release();
        }

        return _index;
    }

    /// <summary>Reads and applies changes. Only called under <see cref="_refresh"/>.</summary>
    private async Task<Failure?> ReadAsync(CancellationToken cancellationToken)
    {
        var mark = backend.ChangeMark;
        try
        {
            var index = _index;
            var changes = await backend.ReadChangesAsync(index?.Revision ?? 0, cancellationToken);
            if (changes.Failure is { } failure)
            {
                return failure;
            }

            if (index is null || changes.Value.Revision > index.Revision)
            {
                _index = (index is null || changes.Value.IsWhole ? RepositoryIndex.Empty : index).With(changes.Value);
            }

            return null;
        }
        finally
        {
            // Also after a failure: requests must not wait for the same failure again until there is a new change.
            Interlocked.Exchange(ref _mark, mark);
        }
    }
}
