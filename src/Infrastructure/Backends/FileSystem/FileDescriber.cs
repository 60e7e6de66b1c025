using PyWharf.Application.Archives;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>Finds what a stored file says of itself, and what its upload said of it.</summary>
internal sealed class FileDescriber(StorageLayout layout, MetadataStore documents)
{
    /// <summary>The file with what can be read of it; where nothing can, without, and it need not be tried again.</summary>
    public CatalogedFile Describe(CatalogedFile cataloged)
    {
        var file = cataloged.File;
        var document = DocumentOf(file);

        return Describe(cataloged, new FileDescription(
            FieldsOfUpload(file).Or(FieldsOf(document)),
            file.Filename.Kind == DistributionKind.Wheel ? document : default));
    }

    /// <summary>The file with a description that is known.</summary>
    public CatalogedFile Describe(CatalogedFile cataloged, FileDescription description) => cataloged with
    {
        // The rest lies beside the file.
        Fields = new MetadataFields(description.Fields.Repeatable),
        File = cataloged.File with
        {
            Summary = SummaryLine.Of(description.Fields["summary"]),
            MetadataSha256 = description.Metadata.IsEmpty ? null : documents.Add(description.Metadata.Span),
        },
    };

    /// <summary>All fields of a file: what the catalog keeps, then what lies beside the file, then what the file says.</summary>
    public MetadataFields Read(PackageFile file, MetadataFields? repeatable) => (repeatable ?? MetadataFields.None)
        .Or(FieldsOfUpload(file))
        .Or(FieldsOf(DocumentOf(file)));

    /// <summary>What the file says of itself; null where it says nothing, or is no regular file any more, which to open could wait for ever.</summary>
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
