using System.Text;
using Npgsql;
using NpgsqlTypes;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>The statements of a change, for one round trip. Many files are one statement each of arrays.</summary>
/// <param name="catalog">The number of the catalog.</param>
internal sealed class CatalogWriter(long catalog)
{
    // A scan that finds a file as it is uploaded has not read its metadata: what is known of the same bytes is kept.
    private const string Publish = """
        INSERT INTO pywharf_files AS known (catalog, revision, removed, filename, identity, project, location, size, stamp, sha256, requires_python, summary,
            metadata_sha256, uploaded_at, uploaded_by, fields)
            SELECT $1, $2, false, * FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bytea[], $10::text[], $11::text[],
                $12::bytea[], $13::bigint[], $14::text[], $15::text[])
            ON CONFLICT (catalog, filename) DO UPDATE SET
                revision = excluded.revision, removed = false, identity = excluded.identity, project = excluded.project, location = excluded.location,
                size = excluded.size, stamp = excluded.stamp, sha256 = excluded.sha256, requires_python = excluded.requires_python,
                uploaded_at = excluded.uploaded_at, uploaded_by = excluded.uploaded_by,
                summary = CASE WHEN excluded.fields IS NULL AND NOT known.removed AND known.sha256 = excluded.sha256
                    THEN COALESCE(excluded.summary, known.summary) ELSE excluded.summary END,
                metadata_sha256 = CASE WHEN excluded.fields IS NULL AND NOT known.removed AND known.sha256 = excluded.sha256
                    THEN COALESCE(excluded.metadata_sha256, known.metadata_sha256) ELSE excluded.metadata_sha256 END,
                fields = CASE WHEN excluded.fields IS NULL AND NOT known.removed AND known.sha256 = excluded.sha256 THEN known.fields ELSE excluded.fields END
        """;

    // A folder that has files is listed, so that its removal is noticed. The stamp 0 says that it has to be scanned: where the answer to the commit is
    // lost, the publisher takes back what the catalog has.
    private const string List = """
        INSERT INTO pywharf_folders (catalog, name, stamp) SELECT $1, name, 0 FROM unnest($2::text[]) AS name
            ON CONFLICT (catalog, name) DO UPDATE SET stamp = 0
        """;

    private const string Unscan = "UPDATE pywharf_folders SET stamp = 0 WHERE catalog = $1 AND name = $2";

    private const string Remove = "UPDATE pywharf_files SET removed = true, revision = $2 WHERE catalog = $1 AND filename = ANY ($3)";

    private const string Describe = """
        UPDATE pywharf_files AS file SET revision = $2, summary = read.summary, metadata_sha256 = read.metadata_sha256, fields = read.fields
            FROM unnest($3::text[], $4::bytea[], $5::text[], $6::bytea[], $7::text[]) AS read (filename, sha256, summary, metadata_sha256, fields)
            WHERE file.catalog = $1 AND file.filename = read.filename AND file.sha256 = read.sha256 AND NOT file.removed
        """;

    private const string Measure = """
        UPDATE pywharf_files AS file SET revision = $2, size = COALESCE(file.size, found.size), uploaded_at = COALESCE(file.uploaded_at, found.uploaded_at)
            FROM unnest($3::text[], $4::bytea[], $5::bigint[], $6::bigint[]) AS found (filename, sha256, size, uploaded_at)
            WHERE file.catalog = $1 AND file.filename = found.filename AND file.sha256 = found.sha256 AND NOT file.removed
        """;

    private const string Record = """
        INSERT INTO pywharf_projects (catalog, revision, project, record) VALUES ($1, $2, $3, $4)
            ON CONFLICT (catalog, project) DO UPDATE SET revision = excluded.revision, record = excluded.record
        """;

    private const string Scanned = """
        INSERT INTO pywharf_folders (catalog, name, stamp) VALUES ($1, $2, $3) ON CONFLICT (catalog, name) DO UPDATE SET stamp = excluded.stamp
        """;

    private const string Forget = "DELETE FROM pywharf_folders WHERE catalog = $1 AND name = $2";

    private const string Notify = "SELECT pg_notify($1, $2)";

    /// <summary>Adds the statements of a change.</summary>
    /// <param name="batch">Run within the transaction that has the row of the catalog locked.</param>
    /// <param name="change">The change.</param>
    /// <param name="revision">The new revision; null where no index shows the change.</param>
    public void Write(NpgsqlBatch batch, CatalogChange change, long? revision)
    {
        if (revision is { } number)
        {
            WriteVisible(batch, change, number);
            Add(batch, Notify, CatalogRevisions.Channel, CatalogRevisions.Payload(catalog, number));
        }

        if (change.Folder is var (name, stamp))
        {
            Add(batch, Scanned, catalog, name, stamp);
        }

        if (change.ForgottenFolder is { } forgotten)
        {
            Add(batch, Forget, catalog, forgotten);
        }
    }

    private void WriteVisible(NpgsqlBatch batch, CatalogChange change, long revision)
    {
        if (change.Published.Count > 0)
        {
            // A statement changes a row once: of two files of one name the later one counts.
            var files = change.Published.Count == 1 ? change.Published : [.. change.Published.GroupBy(Name, StringComparer.Ordinal).Select(same => same.Last())];
            Add(
                batch, Publish, catalog, revision,
                Array(files, Name), Array(files, file => file.File.Filename.Identity.ToString()), Array(files, file => file.File.Filename.Project.ToString()),
                Array(files, file => file.File.Location), Array(files, file => file.File.Size), Array(files, file => file.Stamp),
                Array(files, file => BytesOf(file.File.Sha256)), Array(files, file => Text(file.File.RequiresPython?.ToString())), Array(files, file => Text(file.File.Summary)),
                Array(files, file => BytesOf(file.File.MetadataSha256)), Array(files, TimeOf), Array(files, file => Text(file.File.UploadedBy)),
                Array(files, file => FieldsJson.Write(file.Fields)));
            Add(batch, List, catalog, files.Select(file => file.File.Location).Distinct(StringComparer.Ordinal).ToArray());
        }

        if (change.Removed.Count > 0)
        {
            Add(batch, Remove, catalog, revision, change.Removed.ToArray());
        }

        if (change.Described.Count > 0)
        {
            var files = change.Described;
            Add(
                batch, Describe, catalog, revision, Array(files, Name), Array(files, file => BytesOf(file.File.Sha256)), Array(files, file => Text(file.File.Summary)),
                Array(files, file => BytesOf(file.File.MetadataSha256)), Array(files, file => FieldsJson.Write(file.Fields)));
        }

        if (change.Measured.Count > 0)
        {
            var files = change.Measured;
            Add(
                batch, Measure, catalog, revision, Array(files, Name), Array(files, file => BytesOf(file.File.Sha256)), Array(files, file => file.File.Size),
                Array(files, TimeOf));
        }

        if (change.ChangedRecord is var (project, record))
        {
            // An empty record is written too, for other servers.
            Add(batch, Record, catalog, revision, project.ToString(), record.IsReadable ? Encoding.UTF8.GetString(RecordFile.Write(record)) : null);
            Add(batch, Unscan, catalog, project.ToString());
        }
    }

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(value is null ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text } : new NpgsqlParameter { Value = value });
        }

        batch.BatchCommands.Add(command);
    }

    private static T[] Array<T>(IReadOnlyList<CatalogedFile> files, Func<CatalogedFile, T> column)
    {
        var values = new T[files.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = column(files[i]);
        }

        return values;
    }

    private static string Name(CatalogedFile file) => file.File.Filename.ToString();

    private static long? TimeOf(CatalogedFile file) => file.File.UploadedAt is { } time ? UnixTime.ToMicroseconds(time) : null;

    // PostgreSQL takes no NUL in a text.
    // What PostgreSQL refuses: a NUL, and half of a surrogate pair, which becomes U+FFFD.
    private static string? Text(string? text)
    {
        var kept = text?.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var end ? text[..end] : text;

        return kept is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(kept));
    }

    private static byte[]? BytesOf(Sha256Digest? digest)
    {
        if (digest is not { } known)
        {
            return null;
        }

        var bytes = new byte[32];
        known.CopyTo(bytes);

        return bytes;
    }
}
