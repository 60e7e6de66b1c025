using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.S3.Objects;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.S3;

/// <summary>
/// The metadata of files: the catalog has all fields but the description, so that pages go on while the storage is away; that is in the wheel's document on
/// this disk, else in the upload form. Throws <see cref="S3Exception"/>.
/// </summary>
internal sealed class FileDescriber(StoredFiles files, IIndexCatalog catalog, MetadataStore documents)
{
    private const string Description = "description";

    /// <summary>The file with the metadata that can be read; with none where it can't, which is final.</summary>
    public async Task<CatalogedFile> DescribeAsync(CatalogedFile cataloged, CancellationToken cancellationToken)
    {
        var file = cataloged.File;
        var document = await files.ReadDocumentAsync(file, cancellationToken);
        var form = await files.ReadMetaAsync(file.Location, file.Filename.ToString(), cancellationToken);

        return Describe(cataloged, new FileDescription((form is null ? MetadataFields.None : MetadataFields.OfForm(form)).Or(FieldsOf(document)), document));
    }

    /// <summary>The file with this metadata.</summary>
    public CatalogedFile Describe(CatalogedFile cataloged, FileDescription description) => cataloged with
    {
        Fields = new MetadataFields(description.Fields.All().Where(field => field.Key != Description)),
        File = cataloged.File with
        {
            Summary = SummaryLine.Of(description.Fields["summary"]),
            MetadataSha256 = description.Metadata.IsEmpty ? null : documents.Add(description.Metadata.Span),
        },
    };

    /// <summary>All fields of a file. Without those that only the storage has, while it is away.</summary>
    public async Task<MetadataFields> ReadAsync(PackageFile file, CancellationToken cancellationToken)
    {
        var name = file.Filename.ToString();
        var known = await catalog.TryGetFieldsAsync(file, cancellationToken);
        var fields = (known ?? MetadataFields.None).Or(FieldsOf(DocumentOf(file)));
        if (known is not null && fields[Description] is not null)
        {
            return fields;
        }

        try
        {
            var form = await files.ReadMetaAsync(file.Location, name, cancellationToken);

            return fields.Or(form is null ? MetadataFields.None : MetadataFields.OfForm(form));
        }
        catch (S3Exception) when (known is not null)
        {
            return fields;
        }
    }

    /// <summary>The path of a wheel's metadata document on this disk; it is read from the wheel where it is missing. Null where that fails.</summary>
    public async Task<string?> FindDocumentAsync(PackageFile file, Sha256Digest digest, CancellationToken cancellationToken)
    {
        if (documents.Find(digest) is { } path)
        {
            return path;
        }

        return await files.ReadDocumentAsync(file, cancellationToken) is { } document && documents.Add(document).Equals(digest) ? documents.Find(digest) : null;
    }

    private byte[]? DocumentOf(PackageFile file) => file.MetadataSha256 is { } digest && documents.Find(digest) is { } path ? File.ReadAllBytes(path) : null;

    private static MetadataFields FieldsOf(byte[]? document) =>
        CoreMetadata.TryParse(document, out var metadata, out _) ? MetadataFields.Of(metadata) : MetadataFields.None;
}
