using System.Collections.Concurrent;
using PyWharf.Application.Rendering;
using PyWharf.Domain;
using Key = (PyWharf.Domain.RepositoryName Repository, PyWharf.Domain.PackageVersion? Version, string Page);

namespace PyWharf.Application.Legacy;

/// <summary>
/// Cache of rendered documents; an entry is valid while its project does not change. The key includes the host that the client requested, so the
/// number of entries is up to clients: when they take too much memory, the cache is cleared.
/// </summary>
internal sealed class ReleaseDocumentCache
{
    private const long MaxBytes = 32 * 1024 * 1024;

    // Estimated bytes of a key and the objects around a document.
    private const int Overhead = 1024;

    private readonly ConcurrentDictionary<Key, (ProjectFiles Project, PageRepresentation Document)> _documents = new();
    private long _bytes;

    public PageRepresentation? Find(Key key, ProjectFiles project) =>
        _documents.TryGetValue(key, out var cached) && cached.Project == project ? cached.Document : null;

    public PageRepresentation Add(Key key, ProjectFiles project, PageRepresentation document)
    {
        if (Interlocked.Add(ref _bytes, document.Identity.Bytes.Length + Overhead) > MaxBytes)
        {
            _documents.Clear();
            Interlocked.Exchange(ref _bytes, 0);
        }

        _documents[key] = (project, document);

        return document;
    }
}
