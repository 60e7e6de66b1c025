using Microsoft.Data.Sqlite;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>A row of the table of files, without the column of metadata fields.</summary>
internal sealed record CatalogRow
{
    /// <summary>The columns that <see cref="Read"/> expects.</summary>
    public const string Columns =
        "filename, project, location, size, stamp, sha256, requires_python, uploaded_at, summary, metadata_sha256, removed, revision, identity, uploaded_by, seal";

    private const string Damaged = "the entry of a file is not as it was written";

    public required string Filename { get; init; }

    public required string Identity { get; init; }

    public required string Project { get; init; }

    public required string Location { get; init; }

    public required long? Size { get; init; }

    public required long Stamp { get; init; }

    public required Sha256Digest Sha256 { get; init; }

    public required string? RequiresPython { get; init; }

    public required long? UploadedAt { get; init; }

    public required string? UploadedBy { get; init; }

    public required string? Summary { get; init; }

    public required Sha256Digest? MetadataSha256 { get; init; }

    public required bool IsRemoved { get; init; }

    public required long Revision { get; init; }

    public static CatalogRow Of(CatalogedFile cataloged, long revision)
    {
        var file = cataloged.File;

        return new CatalogRow
        {
            Filename = file.Filename.ToString(),
            Identity = file.Filename.Identity.ToString(),
            Project = file.Filename.Project.ToString(),
            Location = file.Location,
            Size = file.Size,
            Stamp = cataloged.Stamp,
            Sha256 = file.Sha256,
            RequiresPython = file.RequiresPython?.ToString(),
            UploadedAt = TimeOf(file),
            UploadedBy = file.UploadedBy,
            Summary = file.Summary,
            MetadataSha256 = file.MetadataSha256,
            IsRemoved = false,
            Revision = revision,
        };
    }

    /// <summary>Reads a row. Throws <see cref="InvalidDataException"/> where its seal does not match.</summary>
    public static CatalogRow Read(SqliteDataReader reader, Seal seal, InternedValues values)
    {
        var row = new SqliteRow(reader);
        var read = new CatalogRow
        {
            Filename = row.Text(0),
            Project = values.Text(row.Utf8(1)),
            Location = values.Text(row.Utf8(2)),
            Size = row.IsNull(3) ? null : row.Int64(3),
            Stamp = row.Int64(4),
            Sha256 = DigestOf(row.Bytes(5)),
            RequiresPython = row.IsNull(6) ? null : values.Text(row.Utf8(6)),
            UploadedAt = row.IsNull(7) ? null : row.Int64(7),
            Summary = row.IsNull(8) ? null : values.Text(row.Utf8(8)),
            MetadataSha256 = row.IsNull(9) ? null : DigestOf(row.Bytes(9)),
            IsRemoved = row.Int64(10) != 0,
            Revision = row.Int64(11),
            Identity = row.Text(12),
            UploadedBy = row.IsNull(13) ? null : values.Text(row.Utf8(13)),
        };

        return read.SealWith(seal) == row.Int64(14) ? read : throw new InvalidDataException(Damaged);
    }

    /// <summary>Inserts or replaces the row.</summary>
    /// <param name="connection">Within a transaction.</param>
    /// <param name="fields">The core metadata as JSON; null before it was read.</param>
    /// <param name="keepsFields">Whether stored fields are kept instead.</param>
    public void Write(CatalogConnection connection, string? fields, bool keepsFields = false) => connection.Execute(
        """
        INSERT INTO files
            (filename, project, location, size, stamp, sha256, requires_python, uploaded_at, summary, metadata_sha256, removed, revision, identity,
            uploaded_by, seal, fields)
            VALUES ($filename, $project, $location, $size, $stamp, $sha256, $requires_python, $uploaded_at, $summary, $metadata_sha256, $removed, $revision, $identity,
                $uploaded_by, $seal, $fields)
            ON CONFLICT (filename) DO UPDATE SET
                project = excluded.project, location = excluded.location, size = excluded.size, stamp = excluded.stamp, sha256 = excluded.sha256,
                requires_python = excluded.requires_python, uploaded_at = excluded.uploaded_at, summary = excluded.summary,
                metadata_sha256 = excluded.metadata_sha256, removed = excluded.removed, revision = excluded.revision, identity = excluded.identity,
                uploaded_by = excluded.uploaded_by, seal = excluded.seal,
                fields = IIF($keeps_fields, fields, excluded.fields)
        """,
        ("$filename", Filename),
        ("$project", Project),
        ("$location", Location),
        ("$size", OrNull(Size)),
        ("$stamp", Stamp),
        ("$sha256", BytesOf(Sha256)),
        ("$requires_python", OrNull(RequiresPython)),
        ("$uploaded_at", OrNull(UploadedAt)),
        ("$summary", OrNull(Summary)),
        ("$metadata_sha256", OrNull(MetadataSha256 is { } metadata ? BytesOf(metadata) : null)),
        ("$removed", IsRemoved),
        ("$revision", Revision),
        ("$identity", Identity),
        ("$uploaded_by", OrNull(UploadedBy)),
        ("$seal", SealWith(connection.Seal)),
        ("$fields", OrNull(fields)),
        ("$keeps_fields", keepsFields));

    private long SealWith(Seal seal) => seal
        .Add(Filename).Add(Project).Add(Location).Add(Size).Add(Stamp).Add(Sha256).Add(RequiresPython).Add(UploadedAt).Add(Summary).Add(MetadataSha256)
        .Add(IsRemoved ? 1 : 0).Add(Revision).Add(Identity).Add(UploadedBy).Take();

    /// <summary>The row with the metadata that was read of the same bytes.</summary>
    public CatalogRow Described(CatalogedFile file) => this with
    {
        Summary = file.File.Summary,
        MetadataSha256 = file.File.MetadataSha256,
    };

    /// <summary>The row, with the metadata of another row of the same bytes where it has none.</summary>
    public CatalogRow Or(CatalogRow? known) => known is null ? this : this with
    {
        Summary = Summary ?? known.Summary,
        MetadataSha256 = MetadataSha256 ?? known.MetadataSha256,
    };

    /// <summary>The row with size and upload time where it has none.</summary>
    public CatalogRow Measured(CatalogedFile file) => this with { Size = Size ?? file.File.Size, UploadedAt = UploadedAt ?? TimeOf(file.File) };

    /// <summary>Whether it is not removed and has this digest.</summary>
    public bool IsOf(Sha256Digest sha256) => !IsRemoved && Sha256.Equals(sha256);

    /// <summary>The file; null where a name is invalid, which the next scan corrects.</summary>
    public CatalogedFile? ToFile(InternedValues names) => !names.TryGet(Project, out var project) || !DistributionFilename.TryParseStored(Filename, project, out var filename)
        ? null
        : new CatalogedFile(
            new PackageFile
            {
                Filename = filename,
                Location = Location,
                Size = Size,
                Sha256 = Sha256,
                RequiresPython = RequiresPython is null ? null : names.Specifier(RequiresPython),
                UploadedAt = UploadedAt is { } time ? UnixTime.FromMicroseconds(time) : null,
                UploadedBy = UploadedBy,
                Summary = Summary,
                MetadataSha256 = MetadataSha256,
            },
            Stamp);

    private static object OrNull(object? value) => value ?? DBNull.Value;

    private static long? TimeOf(PackageFile file) => file.UploadedAt is { } time ? UnixTime.ToMicroseconds(time) : null;

    private static Sha256Digest DigestOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Sha256Digest.Size ? Sha256Digest.FromBytes(bytes) : throw new InvalidDataException(Damaged);

    private static byte[] BytesOf(Sha256Digest digest)
    {
        var bytes = new byte[Sha256Digest.Size];
        digest.CopyTo(bytes);

        return bytes;
    }
}
