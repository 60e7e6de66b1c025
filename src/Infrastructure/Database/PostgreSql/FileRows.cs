using Npgsql;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>Reads rows of the table of files, without the column of metadata fields.</summary>
internal sealed class FileRows
{
    /// <summary>The columns, in the order in which they are read.</summary>
    public const string Columns =
        "removed, project, filename, location, size, stamp, sha256, requires_python, summary, metadata_sha256, uploaded_at, uploaded_by";

    private readonly InternedValues _names = new();
    private readonly byte[] _digest = new byte[32];

    /// <summary>The values that the rows share.</summary>
    public InternedValues Names => _names;

    /// <summary>Whether the row is of a removed file.</summary>
    public static bool IsRemoved(NpgsqlDataReader row) => row.GetBoolean(0);

    /// <summary>The project and the name of a removed file; null where the project's name is invalid.</summary>
    public RemovedFile? ReadRemoved(NpgsqlDataReader row) => _names.TryGet(row.GetString(1), out var project) ? new RemovedFile(project, row.GetString(2)) : null;

    /// <summary>The file; null where a name is invalid, which the next scan corrects. Columns are read in their order, so that the reader may be sequential.</summary>
    public CatalogedFile? Read(NpgsqlDataReader row)
    {
        if (!_names.TryGet(row.GetString(1), out var project) || !DistributionFilename.TryParseStored(row.GetString(2), project, out var filename))
        {
            return null;
        }

        var location = _names.Text(row.GetString(3));
        var size = row.IsDBNull(4) ? (long?)null : row.GetInt64(4);
        var stamp = row.GetInt64(5);

        return new CatalogedFile(
            new PackageFile
            {
                Filename = filename,
                Location = location,
                Size = size,
                Sha256 = Digest(row, 6),
                RequiresPython = row.IsDBNull(7) ? null : _names.Specifier(row.GetString(7)),
                Summary = row.IsDBNull(8) ? null : _names.Text(row.GetString(8)),
                MetadataSha256 = row.IsDBNull(9) ? null : Digest(row, 9),
                UploadedAt = row.IsDBNull(10) ? null : UnixTime.FromMicroseconds(row.GetInt64(10)),
                UploadedBy = row.IsDBNull(11) ? null : _names.Text(row.GetString(11)),
            },
            stamp);
    }

    private Sha256Digest Digest(NpgsqlDataReader row, int column)
    {
        var length = (int)row.GetBytes(column, 0, _digest, 0, _digest.Length);

        return Sha256Digest.FromBytes(_digest.AsSpan(0, length));
    }
}
