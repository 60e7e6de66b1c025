using System.Text;
using Microsoft.Data.Sqlite;
using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>A row of the table of projects.</summary>
/// <param name="Project">Its normalised name.</param>
/// <param name="Record">Its record as TOML; null where that is unreadable.</param>
/// <param name="Revision">Of the newest change.</param>
internal sealed record RecordRow(string Project, string? Record, long Revision)
{
    /// <summary>The columns that <see cref="Read"/> expects.</summary>
    public const string Columns = "project, record, revision, seal";

    public static RecordRow Of(ProjectName project, ProjectRecord record, long revision) =>
        new(project.ToString(), record.IsReadable ? Encoding.UTF8.GetString(RecordFile.Write(record)) : null, revision);

    /// <summary>Reads a row. Throws <see cref="InvalidDataException"/> where its seal does not match.</summary>
    public static RecordRow Read(SqliteDataReader row, Seal seal)
    {
        var read = new RecordRow(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetInt64(2));

        return read.SealWith(seal) == row.GetInt64(3) ? read : throw new InvalidDataException("the record of a project is not as it was written");
    }

    /// <summary>Inserts or replaces the row.</summary>
    public void Write(CatalogConnection connection) => connection.Execute(
        "INSERT OR REPLACE INTO projects (project, record, revision, seal) VALUES ($project, $record, $revision, $seal)",
        ("$project", Project), ("$record", (object?)Record ?? DBNull.Value), ("$revision", Revision), ("$seal", SealWith(connection.Seal)));

    /// <summary>The record.</summary>
    public ProjectRecord ToRecord() =>
        Record is not null && RecordFile.TryRead(Encoding.UTF8.GetBytes(Record), "the catalog", out var record, out _) ? record : ProjectRecord.Unreadable;

    private long SealWith(Seal seal) => seal.Add(Project).Add(Record).Add(Revision).Take();
}
