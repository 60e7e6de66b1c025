using System.Globalization;
using PyWharf.Domain;

namespace PyWharf.Application.Archives;

/// <summary>Checks the files named by License-File (PEP 639).</summary>
internal static class LicenseFiles
{
    /// <param name="metadata">Checked from version 2.4 on; before, the field was not standardised.</param>
    /// <param name="folder">Their folder in the archive, with a trailing slash.</param>
    /// <param name="paths">All paths of the archive.</param>
    /// <param name="irregularities">Receives missing files, which installers accept.</param>
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
