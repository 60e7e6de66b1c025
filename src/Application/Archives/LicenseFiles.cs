using System.Globalization;
using PyWharf.Domain;

namespace PyWharf.Application.Archives;

/// <summary>The files that License-File names (PEP 639).</summary>
internal static class LicenseFiles
{
    /// <param name="metadata">Before version 2.4 the field was none of the standard's, and its files lay anywhere.</param>
    /// <param name="folder">Where they lie in the archive, with a slash at its end.</param>
    /// <param name="paths">All that is in the archive.</param>
    /// <param name="irregularities">Told of one that is missing: installers don't look for it.</param>
    public static void Check(CoreMetadata metadata, string folder, EntryPaths paths, Irregularities irregularities)
    {
        if (metadata.MetadataVersion[0] != '2' || int.Parse(metadata.MetadataVersion.AsSpan(2), CultureInfo.InvariantCulture) < 4)
        {
            return;
        }

        foreach (var file in metadata.All("License-File"))
        {
            if (paths.KindOf(folder + file) is null or EntryKind.Folder)
            {
                irregularities.Note($"The metadata names the license file {EntryPath.Quote(file)}, and there is no {EntryPath.Quote(folder + file)}.");
            }
        }
    }
}
