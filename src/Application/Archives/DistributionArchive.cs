using Microsoft.Win32.SafeHandles;
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
    /// <param name="filename">The name it shall have.</param>
    /// <param name="cancellationToken">Stops between two buffers.</param>
    /// <returns>A failure is <see cref="FailureKind.Invalid"/> and says in a sentence what is wrong, and with which entry.</returns>
    /// <exception cref="IOException">The disk, not the file, is in trouble.</exception>
    public static Outcome<InspectedArchive> Inspect(string path, DistributionFilename filename, CancellationToken cancellationToken)
    {
        try
        {
            using var file = Open(path);

            return Inspect(file, RandomAccess.GetLength(file), filename, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            return new Failure(FailureKind.Invalid, e.Message);
        }
    }

    /// <summary>
    /// The METADATA of a wheel or the PKG-INFO of an sdist that the storage holds already, without a look at the rest of the file;
    /// null where it can't be had within bounds.
    /// </summary>
    /// <exception cref="IOException">The disk, not the file, is in trouble.</exception>
    public static byte[]? TryReadMetadata(string path, DistributionFilename filename)
    {
        try
        {
            using var file = Open(path);
            var length = RandomAccess.GetLength(file);

            return (filename.Kind, filename.Extension) switch
            {
                (DistributionKind.Wheel, _) => WheelInspection.Metadata(ZipDirectory.Read(file, length), filename),
                (DistributionKind.Sdist, "zip") => SdistInspection.Metadata(ZipDirectory.Read(file, length)),
                (DistributionKind.Sdist, "tar.gz") => SdistInspection.Metadata(file, length),
                _ => null,
            };
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static InspectedArchive Inspect(SafeFileHandle file, long length, DistributionFilename filename, CancellationToken cancellationToken)
    {
        var budget = DecompressionBudget.OfUpload(length);
        if (filename is { Kind: DistributionKind.Sdist, Extension: "tar.gz" })
        {
            return SdistInspection.InspectTar(file, length, filename, budget, cancellationToken);
        }

        if (filename is not ({ Kind: DistributionKind.Wheel } or { Kind: DistributionKind.Sdist, Extension: "zip" }))
        {
            throw new InvalidDataException("A file of this kind is not accepted any more: only wheels, and sdists as .tar.gz or .zip.");
        }

        ArchiveKind.CheckIsZip(file, length);
        var zip = ZipDirectory.Read(file, length);
        zip.CheckLayout(cancellationToken);

        return filename.Kind == DistributionKind.Wheel
            ? WheelInspection.Inspect(zip, filename, budget, cancellationToken)
            : SdistInspection.InspectZip(zip, filename, budget, cancellationToken);
    }

    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
