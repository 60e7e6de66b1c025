using PyWharf.Application.Archives;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>Reads the metadata of stored files: of the file itself, and of its upload form.</summary>
internal sealed class FileDescriber(StorageLayout layout, MetadataStore documents)
{
    /// <summary>The file with the metadata that can be read; with none where it can't, which is final.</summary>
    public CatalogedFile Describe(CatalogedFile cataloged)
    {
        var file = cataloged.File;
        var document = DocumentOf(file);

        return Describe(cataloged, new FileDescription(
            FieldsOfUpload(file).Or(FieldsOf(document)),
            file.Filename.Kind == DistributionKind.Wheel ? document : default));
    }

    /// <summary>The file with this metadata.</summary>
    public CatalogedFile Describe(CatalogedFile cataloged, FileDescription description) => cataloged with
    {
        // Other fields are in the .meta file.
        Fields = new MetadataFields(description.Fields.Repeatable),
        File = cataloged.File with
        {
            Summary = SummaryLine.Of(description.Fields["summary"]),
            MetadataSha256 = description.Metadata.IsEmpty ? null : documents.Add(description.Metadata.Span),
        },
    };

    /// <summary>All fields of a file: those of the catalog, then of the upload form, then of the file itself.</summary>
    public MetadataFields Read(PackageFile file, MetadataFields? repeatable) => (repeatable ?? MetadataFields.None)
        .Or(FieldsOfUpload(file))
        .Or(FieldsOf(DocumentOf(file)));

    /// <summary>The metadata document of the file; null where it has none, or is no regular file any more, as opening a pipe blocks.</summary>
    public byte[]? DocumentOf(PackageFile file)
    {
        var path = layout.File(file.Location, file.Filename.ToString());

        return FileEntry.At(path).Kind is FileEntryKind.File or FileEntryKind.None ? DistributionArchive.TryReadMetadata(path, file.Filename) : null;
    }

    private MetadataFields FieldsOfUpload(PackageFile file) =>
        MetaFile.TryRead(layout.Meta(file.Location, file.Filename.ToString()), out _) is { } form ? MetadataFields.OfForm(form) : MetadataFields.None;

    private static MetadataFields FieldsOf(byte[]? document) =>
        CoreMetadata.TryParse(document, out var metadata, out _) ? MetadataFields.Of(metadata) : MetadataFields.None;
}
