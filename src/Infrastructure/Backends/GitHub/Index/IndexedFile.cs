using System.Diagnostics.CodeAnalysis;
using PyWharf.Domain;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.GitHub.Index;

/// <summary>Makes catalog entries of packages in the index file.</summary>
internal static class IndexedFile
{
    /// <summary>The <see cref="CatalogedFile.Stamp"/> of a file that the index file has.</summary>
    public const long FromIndex = 0;

    /// <summary>The <see cref="CatalogedFile.Stamp"/> of an upload that the index file lacks.</summary>
    public const long Pending = 1;

    /// <summary>Reads an entry of the index file.</summary>
    /// <param name="package">The entry.</param>
    /// <param name="assets">Where the assets of the repository are.</param>
    /// <param name="file">The file, <see cref="FromIndex"/>; nothing there tells its size.</param>
    /// <param name="problem">Why it can't be offered.</param>
    public static bool TryRead(
        IndexedPackage package, Uri assets, [NotNullWhen(true)] out CatalogedFile? file, [NotNullWhen(false)] out string? problem)
    {
        file = null;
        problem = null;
        if (!AssetUrl.TryParse(package.Url, assets, out var asset))
        {
            problem = "its url is not the one of an asset";
        }
        else if (!ProjectName.TryParse(package.Distrib, out var project)
            || !DistributionFilename.TryParseStored(IndexMerge.FilenameOf(package), project, out var filename))
        {
            problem = "its name is not one of a distribution file of its project";
        }
        else
        {
            file = new CatalogedFile(Describe(package, asset, filename), FromIndex, MetadataFields.OfForm(package.Meta));
        }

        return file is not null;
    }

    /// <summary>Whether the Requires-Python of an entry is left out, as it is too long for a page.</summary>
    public static bool HasLongRequiresPython(IndexedPackage package) =>
        package.Meta.Any(field => field is { Key: "requires_python", Value.Length: > RequiresPython.MaxLength });

    private static PackageFile Describe(IndexedPackage package, AssetUrl asset, DistributionFilename filename)
    {
        var meta = new Dictionary<string, string>(package.Meta);

        return new PackageFile
        {
            Filename = filename,
            Location = asset.ToString(),
            Size = null,
            Sha256 = package.Sha256,
            UploadedAt = UploadMeta.UploadTimeOf(meta),
            UploadedBy = UploadMeta.UploadedByOf(meta),
            RequiresPython = RequiresPython.TryParse(ValueOf(package.Meta, "requires_python"), out var specifier) ? specifier : null,
            Summary = SummaryLine.Of(ValueOf(package.Meta, "summary")),
        };
    }

    private static string? ValueOf(IEnumerable<KeyValuePair<string, string>> meta, string name) =>
        MetadataFields.OfForm(meta.Where(field => field.Key == name))[name];
}
