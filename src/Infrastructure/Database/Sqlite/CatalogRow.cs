using Microsoft.Data.Sqlite;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>A row of the table of files, without the column of metadata fields.</summary>
internal sealed record CatalogRow
{
    /// <summary>The columns that <see cref="Read"/> expects.</summary>
    public const string Columns =
        "filename, project, location, size, stamp, sha256, requires_python, uploaded_at, summary, metadata_sha256, removed, revision, identity, uploaded_by, seal";

    public required string Filename { get; init; }

    public required string Identity { get; init; }

    public required string Project { get; init; }

    public required string Location { get; init; }

    public required long? Size { get; init; }

    public required long Stamp { get; init; }

    public required byte[] Sha256 { get; init; }

    public required string? RequiresPython { get; init; }

    public required long? UploadedAt { get; init; }

    public required string? UploadedBy { get; init; }

    public required string? Summary { get; init; }

    public required byte[]? MetadataSha256 { get; init; }

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
            Sha256 = BytesOf(file.Sha256),
            RequiresPython = file.RequiresPython?.ToString(),
            UploadedAt = TimeOf(file),
            UploadedBy = file.UploadedBy,
            Summary = file.Summary,
            MetadataSha256 = file.MetadataSha256 is { } metadata ? BytesOf(metadata) : null,
            IsRemoved = false,
            Revision = revision,
        };
    }

    /// <summary>Reads a row. Throws <see cref="InvalidDataException"/> where its seal does not match.</summary>
    public static CatalogRow Read(SqliteDataReader row, Seal seal)
    {
        var read = new CatalogRow
        {
            Filename = row.GetString(0),
            Project = row.GetString(1),
            Location = row.GetString(2),
            Size = row.IsDBNull(3) ? null : row.GetInt64(3),
            Stamp = row.GetInt64(4),
            Sha256 = row.GetFieldValue<byte[]>(5),
            RequiresPython = row.IsDBNull(6) ? null : row.GetString(6),
            UploadedAt = row.IsDBNull(7) ? null : row.GetInt64(7),
            Summary = row.IsDBNull(8) ? null : row.GetString(8),
            MetadataSha256 = row.IsDBNull(9) ? null : row.GetFieldValue<byte[]>(9),
            IsRemoved = row.GetBoolean(10),
            Revision = row.GetInt64(11),
            Identity = row.GetString(12),
            UploadedBy = row.IsDBNull(13) ? null : row.GetString(13),
        };

        return read.SealWith(seal) == row.GetInt64(14)
            ? read
            : throw new InvalidDataException("the entry of a file is not as it was written");
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
        ("$sha256", Sha256),
        ("$requires_python", OrNull(RequiresPython)),
        ("$uploaded_at", OrNull(UploadedAt)),
        ("$summary", OrNull(Summary)),
        ("$metadata_sha256", OrNull(MetadataSha256)),
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
        MetadataSha256 = file.File.MetadataSha256 is { } metadata ? BytesOf(metadata) : null,
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
    public bool IsOf(Sha256Digest sha256) => !IsRemoved && Sha256Digest.FromBytes(Sha256).Equals(sha256);

    /// <summary>The file; null where a name is invalid, which the next scan corrects.</summary>
    public CatalogedFile? ToFile(InternedValues names) => !names.TryGet(Project, out var project) || !DistributionFilename.TryParseStored(Filename, project, out var filename)
        ? null
        : new CatalogedFile(
            new PackageFile
            {
                Filename = filename,
                Location = names.Text(Location),
                Size = Size,
                Sha256 = Sha256Digest.FromBytes(Sha256),
                RequiresPython = RequiresPython is null ? null : names.Specifier(RequiresPython),
                UploadedAt = UploadedAt is { } time ? UnixTime.FromMicroseconds(time) : null,
                UploadedBy = UploadedBy is null ? null : names.Text(UploadedBy),
                Summary = Summary is null ? null : names.Text(Summary),
                MetadataSha256 = MetadataSha256 is null ? null : Sha256Digest.FromBytes(MetadataSha256),
            },
            Stamp);

    private static object OrNull(object? value) => value ?? DBNull.Value;

    private static long? TimeOf(PackageFile file) => file.UploadedAt is { } time ? UnixTime.ToMicroseconds(time) : null;

    private static byte[] BytesOf(Sha256Digest digest)
    {
        var bytes = new byte[32];
        digest.CopyTo(bytes);

        return bytes;
    }
}
