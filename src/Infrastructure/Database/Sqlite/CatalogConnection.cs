using Microsoft.Data.Sqlite;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>One connection to the database of a catalog, used by one thread at a time.</summary>
/// <param name="path">The file.</param>
/// <param name="mode">Whether it is created where it is missing.</param>
/// <param name="place">See <see cref="Catalog.Seal"/>.</param>
// In seconds, the shortest possible: the only wait left is for another process's recovery after a crash.
// NORMAL in WAL mode: a crash of the machine may lose the newest changes, which are in the storage, but does not corrupt.
internal sealed class CatalogConnection(string path, SqliteOpenMode mode, string place)
    : SqliteFile(path, mode, TimeSpan.FromSeconds(1), "PRAGMA synchronous = NORMAL;")
{
    /// <summary>Checks and seals the rows of this connection.</summary>
    public Seal Seal { get; } = new(place);

    /// <summary>Processes the result of a query row by row, and skips invalid rows.</summary>
    public void ForEachThatIsWhole(string query, Action<SqliteDataReader> use) => ForEachThatIsWhole(query, use, skip: () => Seal.Take());
}
