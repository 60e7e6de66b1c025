using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>Reads for answers that go on while a shared database is away.</summary>
internal static class CatalogReading
{
    /// <summary>The stored metadata of a file; null also while the database can't be reached: the storage has most of it, too.</summary>
    public static async ValueTask<MetadataFields?> TryGetFieldsAsync(this IIndexCatalog catalog, PackageFile file, CancellationToken cancellationToken)
    {
        try
        {
            return await catalog.GetFieldsAsync(file.Filename.ToString(), cancellationToken);
        }
        catch (DatabaseUnavailableException)
        {
            return null;
        }
    }
}
