using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;

namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>Writes a change to the tables, within a transaction.</summary>
internal static class CatalogWriter
{
    /// <summary>Writes what an index shows: files and records, each with the revision.</summary>
    public static void Write(CatalogConnection connection, CatalogChange change, long revision)
    {
        foreach (var file in change.Published)
        {
            // A scan that finds a file as it is uploaded has not read its metadata: what is known of the same bytes is kept.
            var known = file.Fields is null && CatalogQueries.RowOf(connection, file.File.Filename.ToString()) is { } row && row.IsOf(file.File.Sha256) ? row : null;
            CatalogRow.Of(file, revision).Or(known).Write(connection, FieldsJson.Write(file.Fields), keepsFields: known is not null);

            // A folder that has files is listed, so that its removal is noticed; the stamp 0 says that it was not scanned.
            connection.Execute("INSERT OR IGNORE INTO folders (name, stamp) VALUES ($location, 0)", ("$location", file.File.Location));
        }

        foreach (var row in change.Removed.Select(filename => CatalogQueries.RowOf(connection, filename)).OfType<CatalogRow>())
        {
            (row with { IsRemoved = true, Revision = revision }).Write(connection, fields: null, keepsFields: true);
        }

        foreach (var file in change.Described)
        {
            if (CatalogQueries.RowOf(connection, file.File.Filename.ToString()) is { } row && row.IsOf(file.File.Sha256))
            {
                (row.Described(file) with { Revision = revision }).Write(connection, FieldsJson.Write(file.Fields));
            }
        }

        foreach (var file in change.Measured)
        {
            if (CatalogQueries.RowOf(connection, file.File.Filename.ToString()) is { } row && row.IsOf(file.File.Sha256))
            {
                (row.Measured(file) with { Revision = revision }).Write(connection, fields: null, keepsFields: true);
            }
        }

        if (change.ChangedRecord is var (project, record))
        {
            // An empty record is written too, for other processes.
            RecordRow.Of(project, record, revision).Write(connection);
        }
    }

    /// <summary>Writes which folders were scanned, which no index shows.</summary>
    public static void WriteFolders(CatalogConnection connection, CatalogChange change)
    {
        if (change.Folder is var (name, stamp))
        {
            connection.Execute("INSERT OR REPLACE INTO folders (name, stamp) VALUES ($name, $stamp)", ("$name", name), ("$stamp", stamp));
        }

        if (change.ForgottenFolder is { } forgotten)
        {
            connection.Execute("DELETE FROM folders WHERE name = $name", ("$name", forgotten));
        }
    }
}
