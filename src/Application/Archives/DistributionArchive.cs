using Microsoft.Win32.SafeHandles;
using PyWharf.Domain;

namespace PyWharf.Application.Archives;

/// <summary>Inspects distribution files: zip archives (wheels, old sdists) and gzipped tar archives (sdists).</summary>
public static class DistributionArchive
{
    /// <summary>
    /// Checks that a file is what its name says, is safe to unpack, and is read the same way by every reader. Reads the whole file once, in bounded
    /// memory.
    /// </summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="filename">The name under which it is to be published.</param>
    /// <param name="cancellationToken">Stops the inspection.</param>
    /// <returns>A failure is <see cref="FailureKind.Invalid"/> and names the problem and the entry.</returns>
    /// <exception cref="IOException">The file can't be read from the disk.</exception>
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
    /// Reads METADATA of a wheel or PKG-INFO of an sdist, without checking the rest of the file; null if it is missing, or can't be read within
    /// limits.
    /// </summary>
    /// <exception cref="IOException">The file can't be read from the disk.</exception>
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
