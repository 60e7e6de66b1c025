using Microsoft.Extensions.Logging;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>Opens catalogs in files, which the processes on one root share.</summary>
internal sealed class SqliteCatalogFactory(TimeProvider time, ILogger logger) : ICatalogFactory
{
    public IIndexCatalog Open(RepositoryName repository, string storage, string path) => SqliteCatalog.Open(path, time, logger);

    public IProjectLocks CreateLocks(RepositoryName repository, string folder) => new LockFiles(folder, time);
}
