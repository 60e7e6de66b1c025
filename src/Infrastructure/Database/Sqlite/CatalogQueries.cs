using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;

namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>Queries on a connection that are part of larger reads and of transactions.</summary>
internal static class CatalogQueries
{
    /// <summary>The rows of files, removed ones among them, that meet a condition.</summary>
    public static List<CatalogRow> Rows(CatalogConnection connection, string condition, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var values = new InternedValues();

        return connection.Rows($"SELECT {CatalogRow.Columns} FROM files {condition}", row => CatalogRow.Read(row, connection.Seal, values), parameters);
    }

    /// <summary>The row of a file, also of a removed one; null where there is none.</summary>
    public static CatalogRow? RowOf(CatalogConnection connection, string filename) =>
        Rows(connection, "WHERE filename = $filename", ("$filename", filename)) is [var row] ? row : null;

    /// <summary>The files of an identity that are not removed.</summary>
    public static List<CatalogedFile> Files(CatalogConnection connection, DistributionIdentity identity)
    {
        var names = new InternedValues();

        return [.. Rows(connection, "WHERE identity = $identity AND removed = 0", ("$identity", identity.ToString())).Select(row => row.ToFile(names)).OfType<CatalogedFile>()];
    }

    /// <summary>The records that changed after a revision.</summary>
    public static List<KeyValuePair<ProjectName, ProjectRecord>> Records(CatalogConnection connection, long afterRevision, InternedValues names)
    {
        var records = new List<KeyValuePair<ProjectName, ProjectRecord>>();
        foreach (var row in connection.Rows(
            $"SELECT {RecordRow.Columns} FROM projects WHERE revision > $after", row => RecordRow.Read(row, connection.Seal), ("$after", afterRevision)))
        {
            if (names.TryGet(row.Project, out var project))
            {
                records.Add(new(project, row.ToRecord()));
            }
        }

        return records;
    }
}
