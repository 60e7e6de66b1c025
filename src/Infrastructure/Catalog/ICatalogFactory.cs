using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>Opens the catalogs of repositories in the database that this server uses, and makes the locks that go with them.</summary>
internal interface ICatalogFactory
{
    /// <summary>Opens the catalog of a repository. Throws <see cref="IOException"/> where the disk refuses.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="storage">Names the storage, equally on all servers: in a shared database each storage has a catalog of its own.</param>
    /// <param name="path">The file of the catalog, where it is one of this machine.</param>
    IIndexCatalog Open(RepositoryName repository, string storage, string path);

    /// <summary>Makes the locks of a repository's projects, which all that change the repository share.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="folder">The folder of lock files, where locks are files of this machine.</param>
    IProjectLocks CreateLocks(RepositoryName repository, string folder);
}
