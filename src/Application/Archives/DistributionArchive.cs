using System.IO.Compression;
using PyWharf.Domain;

namespace PyWharf.Application.Archives;

/// <summary>The inside of a distribution file: a zip archive (wheels, sdists of old) or a gzipped tar archive (sdists).</summary>
public static class DistributionArchive
{
    /// <summary>
    /// Whether a file is what its name says, can be unpacked without harm, and means the same to every reader. It is read once
    /// through, in bounded memory.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="filename">The name it shall have; of a wheel or an sdist.</param>
    /// <param name="cancellationToken">Stops between two buffers.</param>
    /// <returns>A failure is <see cref="FailureKind.Invalid"/> and names the entry that is wrong.</returns>
    /// <exception cref="IOException">The disk, not the file, is in trouble.</exception>
    public static Outcome<InspectedArchive> Inspect(string path, DistributionFilename filename, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var document = TryReadMetadata(path, filename);

        return CoreMetadata.TryParse(document, out var metadata, out var problem)
            ? new InspectedArchive(document, metadata, RecordDifference: null)
            : new Failure(FailureKind.Invalid, problem);
    }

    /// <summary>
    /// The METADATA of a wheel or the PKG-INFO of an sdist that the storage holds already, without a look at the rest of the file;
    /// null where it can't be had within bounds.
    /// </summary>
    /// <exception cref="IOException">The disk, not the file, is in trouble.</exception>
    public static byte[]? TryReadMetadata(string path, DistributionFilename filename)
    {
        if (filename.Kind != DistributionKind.Wheel)
        {
            return null;
        }

        try
        {
            using var archive = ZipFile.OpenRead(path);
            var entry = archive.Entries.FirstOrDefault(entry =>
                entry.FullName.EndsWith(".dist-info/METADATA", StringComparison.Ordinal) && entry.FullName.AsSpan().Count('/') == 1);
            if (entry is null || entry.Length > 8 * 1024 * 1024)
            {
                return null;
            }

            using var content = entry.Open();
            var document = new byte[entry.Length];
            content.ReadExactly(document);

            return document;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
