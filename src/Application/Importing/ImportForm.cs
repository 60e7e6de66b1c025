using PyWharf.Application.Archives;
using PyWharf.Application.Packages;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Importing;

/// <summary>The upload form of a file that was not sent with one: as twine fills it in.</summary>
internal static class ImportForm
{
    // Files before metadata 1.1 say it; what the archive itself says is checked with the archive.
    private const string OldestMetadataVersion = "1.0";

    /// <summary>The form.</summary>
    /// <param name="filename">The file's name.</param>
    /// <param name="file">The file.</param>
    /// <param name="known">The metadata that it was uploaded with; null to take that within the file.</param>
    /// <param name="requiresPython">The specifier set that the source names; null for none.</param>
    public static UploadForm Create(DistributionFilename filename, StagedFile file, MetadataFields? known, string? requiresPython)
    {
        var fields = known ?? FieldsOf(filename, file.Path);
        var isWheel = filename.Kind == DistributionKind.Wheel;
        var form = new OrderedDictionary<string, string>(StringComparer.Ordinal)
        {
            [":action"] = "file_upload",
            ["protocol_version"] = "1",
            ["name"] = fields["name"] is { } name && ProjectName.TryParse(name, out var project) && project.Equals(filename.Project) ? name : filename.Project.Display,
            ["version"] = filename.Version?.ToString() ?? "",
            ["filetype"] = isWheel ? "bdist_wheel" : "sdist",
            ["pyversion"] = isWheel ? filename.Stem.Split('-')[^3] : "source",
            ["metadata_version"] = CoreMetadata.IsSupported(fields["metadata_version"]) ? fields["metadata_version"]! : OldestMetadataVersion, // checked right before
            ["sha256_digest"] = file.Sha256.ToString(),
        };
        var repeatable = fields.Repeatable.ToList();
        var repeated = repeatable.Select(field => field.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (field, value) in fields.All().Where(field => !repeated.Contains(field.Key)))
        {
            form.TryAdd(field, value);
        }

        if (RequiresPython.TryParse(requiresPython, out var named))
        {
            form.TryAdd("requires_python", named.ToString());
        }

        return new UploadForm(filename.ToString(), [.. form, .. repeatable]);
    }

    private static MetadataFields FieldsOf(DistributionFilename filename, string path) =>
        CoreMetadata.TryParse(DistributionArchive.TryReadMetadata(path, filename), out var metadata, out _) ? MetadataFields.Of(metadata) : MetadataFields.None;
}
