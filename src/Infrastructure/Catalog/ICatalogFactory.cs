using PyWharf.Domain;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>Opens catalogs in the database that this server uses.</summary>
internal interface ICatalogFactory
{
    /// <summary>Opens the catalog of a repository. Throws <see cref="IOException"/> where the disk refuses.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="storage">Names the storage, equally on all servers: in a shared database each storage has a catalog of its own.</param>
    /// <param name="path">The file of the catalog, where it is one of this machine.</param>
    IIndexCatalog Open(RepositoryName repository, string storage, string path);
}
