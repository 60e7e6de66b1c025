using System.Collections.Concurrent;
using PyWharf.Application.Ports;
using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Application.Indexing;

/// <summary>
/// One repository as the server answers from it: an immutable index, replaced as a whole, and the pages made of it. There is one way for
/// a change to get in, whoever made it: <see cref="RefreshAsync"/>.
/// </summary>
public sealed class Repository(RepositoryName name, RepositorySettings settings, IRepositoryBackend backend) : IDisposable
{
    private readonly ConcurrentDictionary<ProjectName, (ProjectFiles Files, RenderedPage Page)> _projectPages = new();
    private readonly SemaphoreSlim _refresh = new(1);
    private volatile RepositoryIndex? _index;
    private volatile Tuple<RepositoryIndex, RenderedPage>? _projectList;
    private volatile Tuple<RepositoryIndex, ProjectFiles[]>? _offered;

    /// <summary>What clients call it.</summary>
    public RepositoryName Name => name;

    /// <summary>Its limits.</summary>
    public RepositorySettings Settings => settings;

    /// <summary>Its storage.</summary>
    public IRepositoryBackend Backend => backend;

    /// <summary>The index in use; null until it was read for the first time.</summary>
    public RepositoryIndex? Index => _index;

    /// <summary>
    /// Takes in every change that was made before this call, by whichever process. One at a time: changes are applied in the order of
    /// their revisions, so that a removal is never undone by an older publication.
    /// </summary>
    public async Task<Failure?> RefreshAsync(CancellationToken cancellationToken)
    {
        await _refresh.WaitAsync(cancellationToken);
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
                _index = (index ?? RepositoryIndex.Empty).With(changes.Value);
            }

            return null;
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
            made = Tuple.Create(index, SimplePage.RenderProjectList(Offered(index).Select(project => project.Name.ToString())));
            _projectList = made;
        }

        return made.Item2;
    }

    /// <summary>The project's page; made once per change of the project, when first asked for.</summary>
    public RenderedPage ProjectPage(ProjectFiles files)
    {
        if (!_projectPages.TryGetValue(files.Name, out var made) || made.Files != files)
        {
            made = (files, SimplePage.Render(() => PageOf.Project(files)));
            _projectPages[files.Name] = made;
        }

        return made.Page;
    }

    /// <summary>The projects that the index offers, by name; sorted once per change of the index, when first asked for.</summary>
    internal ProjectFiles[] Offered(RepositoryIndex index)
    {
        var made = _offered;
        if (made?.Item1 != index)
        {
            made = Tuple.Create(index, index.Projects.Where(project => project.IsOffered).OrderBy(project => project.Name.ToString(), StringComparer.Ordinal).ToArray());
            _offered = made;
        }

        return made.Item2;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        backend.Dispose();
        _refresh.Dispose();
    }
}
