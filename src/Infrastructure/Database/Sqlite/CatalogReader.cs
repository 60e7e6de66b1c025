using Microsoft.Data.Sqlite;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;

namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>Reads a catalog, also one that servers use, and changes no file. Used by one thread at a time.</summary>
internal sealed class CatalogReader : IDisposable
{
    private readonly CatalogConnection _connection;
    private readonly InternedValues _names = new();

    private CatalogReader(CatalogConnection connection) => _connection = connection;

    /// <summary>
    /// Opens a catalog; null where there is none, or none of this version that covers the whole storage. Throws what
    /// <see cref="CatalogDamage.IsCauseOf"/> recognises where it is damaged.
    /// </summary>
    public static CatalogReader? TryOpen(string path)
    {
        var files = new CatalogFiles(path, TimeProvider.System);
        if (!files.Exists)
        {
            return null;
        }

        var connection = new CatalogConnection(path, SqliteOpenMode.ReadOnly, files.Place);
        try
        {
            if (CatalogSchema.IsIn(connection) && CatalogState.Read(connection).Complete > 0)
            {
                return new CatalogReader(connection);
            }
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        connection.Dispose();

        return null;
    }

    /// <summary>Reads every page and row; returns the damage, or null.</summary>
    public string? FindDamage()
    {
        try
        {
            if (_connection.FindDamage() is { } damage)
            {
                return damage;
            }

            _connection.ForEach($"SELECT {CatalogRow.Columns} FROM files", row => CatalogRow.Read(row, _connection.Seal, _names));
            _connection.ForEach($"SELECT {RecordRow.Columns} FROM projects", row => RecordRow.Read(row, _connection.Seal));

            return null;
        }
        catch (Exception exception) when (CatalogDamage.IsCauseOf(exception))
        {
            return exception.Message;
        }
    }

    /// <summary>The locations that have files.</summary>
    public IReadOnlyList<string> Locations() => _connection.Rows("SELECT DISTINCT location FROM files WHERE removed = 0", row => row.GetString(0));

    /// <summary>The files at a location, by name.</summary>
    public Dictionary<string, PackageFile> FilesAt(string location) => CatalogQueries
        .Rows(_connection, "WHERE location = $location AND removed = 0", ("$location", location))
        .Select(row => row.ToFile(_names)?.File)
        .OfType<PackageFile>()
        .ToDictionary(file => file.Filename.ToString(), StringComparer.Ordinal);

    /// <summary>The file of a name; null where there is none.</summary>
    public PackageFile? Find(string filename) =>
        CatalogQueries.RowOf(_connection, filename) is { IsRemoved: false } row ? row.ToFile(_names)?.File : null;

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();
}
