using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>Opens catalogs in the database that servers share. They connect when they are first asked.</summary>
internal sealed class PostgreSqlCatalogFactory(PostgreSqlDatabase database, TimeProvider time) : ICatalogFactory
{
    public IIndexCatalog Open(RepositoryName repository, string storage, string path) => new PostgreSqlCatalog(database, repository, storage, time);

    public IProjectLocks CreateLocks(RepositoryName repository, string folder) => new PostgreSqlLocks(database, repository, time);
}
