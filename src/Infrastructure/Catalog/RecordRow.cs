using System.Text;
using Microsoft.Data.Sqlite;
using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>A row of the table of projects, as it stands there.</summary>
/// <param name="Project">Its normalised name.</param>
/// <param name="Record">What was decided about it, as its TOML; null where that can't be read.</param>
/// <param name="Revision">Of the newest decision.</param>
internal sealed record RecordRow(string Project, string? Record, long Revision)
{
    /// <summary>The columns that <see cref="Read"/> expects.</summary>
    public const string Columns = "project, record, revision, seal";

    public static RecordRow Of(ProjectName project, ProjectRecord record, long revision) =>
        new(project.ToString(), record.IsReadable ? Encoding.UTF8.GetString(RecordFile.Write(record)) : null, revision);

    /// <summary>Reads one. Throws <see cref="InvalidDataException"/> where it is not as it was written.</summary>
    public static RecordRow Read(SqliteDataReader row, Seal seal)
    {
        var read = new RecordRow(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetInt64(2));

        return read.SealWith(seal) == row.GetInt64(3) ? read : throw new InvalidDataException("the record of a project is not as it was written");
    }

    /// <summary>Writes it in place of the one before, if any.</summary>
    public void Write(CatalogConnection connection) => connection.Execute(
        "INSERT OR REPLACE INTO projects (project, record, revision, seal) VALUES ($project, $record, $revision, $seal)",
        ("$project", Project), ("$record", (object?)Record ?? DBNull.Value), ("$revision", Revision), ("$seal", SealWith(connection.Seal)));

    /// <summary>What was decided.</summary>
    public ProjectRecord ToRecord() =>
        Record is not null && RecordFile.TryRead(Encoding.UTF8.GetBytes(Record), "the catalog", out var record, out _) ? record : ProjectRecord.Unreadable;

    private long SealWith(Seal seal) => seal.Add(Project).Add(Record).Add(Revision).Take();
}
