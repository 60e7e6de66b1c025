using System.Collections.Concurrent;
using PyWharf.Application.Ports;
using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>
/// One repository as the server answers from it: an immutable index, replaced as a whole, and the pages made of it. There is one way for
/// a change to get in, whoever made it: <see cref="RefreshAsync"/>.
/// </summary>
/// <remarks>
/// A configuration is replaced while requests use its repositories: the storage is closed when the last one that holds it lets go.
/// </remarks>
public sealed class Repository(RepositoryName name, RepositorySettings settings, IRepositoryBackend backend) : IDisposable
{
    private readonly ConcurrentDictionary<ProjectName, (ProjectFiles Files, RenderedPage Page)> _projectPages = new();
    // So long a request waits for others that read changes: what is known goes on serving when the disk keeps one of them.
    private static readonly TimeSpan RefreshWait = TimeSpan.FromSeconds(0.5);

    private const int MaxSyncAttempts = 3;

    private readonly SemaphoreSlim _refresh = new(1);
    private int _holders = 1; // who put it in place, until it is disposed
    private volatile RepositoryIndex? _index;

    // The back end's, when the index was read the last time, well or badly.
    private long _mark;
    private volatile Tuple<RepositoryIndex, RenderedPage>? _projectList;
    private volatile Tuple<RepositoryIndex, ProjectFiles[]>? _offered;

    /// <summary>What clients call it.</summary>
    public RepositoryName Name => name;

    /// <summary>Its limits.</summary>
    public RepositorySettings Settings => settings;

    /// <summary>Its storage.</summary>
    public IRepositoryBackend Backend => backend;

    /// <summary>The index in use; null until it was read for the first time. It may lack what another process has changed since.</summary>
    public RepositoryIndex? Index => _index;

    /// <summary>
    /// The index with every change that was acknowledged before this call, by whichever process; null until it was read for the first time. Where
    /// changes can't be read now it is the one there is: whoever asks for a page must not suffer from that.
    /// </summary>
    public ValueTask<RepositoryIndex?> GetIndexAsync(CancellationToken cancellationToken) =>
        _index is { } index && backend.ChangeMark != Interlocked.Read(ref _mark) ? new(CatchUpAsync(cancellationToken)) : new(_index);

    /// <summary>
    /// Compares index and storage, and takes in what differs: again, where it comes out meanwhile that the index's cache was damaged.
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
    /// Takes in every change that was made before this call, by whichever process. One at a time: changes are applied in the order of
    /// their revisions, so that a removal is never undone by an older publication.
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

    /// <summary>The page that lists the index's projects; made once per change of the index, when first asked for.</summary>
    public RenderedPage ProjectListPage(RepositoryIndex index)
    {
        var made = _projectList;
        if (made?.Item1 != index)
        {
            made = Tuple.Create(index, SimplePage.RenderProjectList(OfferedProjects(index).Select(project => project.Name.ToString())));
            _projectList = made;
        }

        return made.Item2;
    }

    /// <summary>The project's page; made once per change of the project, when first asked for.</summary>
    public RenderedPage ProjectPage(ProjectFiles files)
    {
        if (!_projectPages.TryGetValue(files.Name, out var made) || made.Files != files)
        {
            made = (files, SimplePage.Render(() => ProjectPageFactory.Create(files)));
            _projectPages[files.Name] = made;
        }

        return made.Page;
    }

    /// <summary>The projects that the index offers, by name; sorted once per change of the index, when first asked for.</summary>
    internal ProjectFiles[] OfferedProjects(RepositoryIndex index)
    {
        var made = _offered;
        if (made?.Item1 != index)
        {
            made = Tuple.Create(index, index.Projects.Where(project => project.IsOffered).OrderBy(project => project.Name.ToString(), StringComparer.Ordinal).ToArray());
            _offered = made;
        }

        return made.Item2;
    }

    /// <summary>
    /// Keeps the storage open until <see cref="Release"/> is called. False when it is closed already, as another configuration was put in place.
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

    /// <summary>Ends what <see cref="TryHold"/> began.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            backend.Dispose();
            _refresh.Dispose();
        }
    }

    /// <summary>Called once, when nobody can find it any more: closes the storage as soon as nobody holds it.</summary>
    public void Dispose() => Release();

    private async Task<RepositoryIndex?> CatchUpAsync(CancellationToken cancellationToken)
    {
        if (!await _refresh.WaitAsync(RefreshWait, cancellationToken))
        {
            return _index;
        }

        try
        {
            // Others may have read them meanwhile.
            if (backend.ChangeMark != _mark)
            {
                await ReadAsync(cancellationToken);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The clock's next reading tells of it.
        }
        finally
        {
            _refresh.Release();
        }

        return _index;
    }

    /// <summary>By one at a time.</summary>
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
            // Also after trouble, which no request is to wait for again before there is something new.
            Interlocked.Exchange(ref _mark, mark);
        }
    }
}
