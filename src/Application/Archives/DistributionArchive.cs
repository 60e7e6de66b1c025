using System.IO.Compression;
using System.Text;
using PyWharf.Domain;

namespace PyWharf.Application.Archives;

/// <summary>The METADATA document inside a wheel.</summary>
public static class DistributionArchive
{
    // Real ones hold a description of some hundred kilobytes at most; a hostile one must not fill the memory.
    private const int MaxBytes = 8 * 1024 * 1024;

    // A directory of the archive is read as a whole; torch, with ten thousand files, needs about one megabyte.
    private const long MaxDirectoryBytes = 64 * 1024 * 1024;

    /// <summary>To come.</summary>
    public static Outcome<InspectedArchive> Inspect(string path, DistributionFilename filename, CancellationToken cancellationToken)
    {
        var document = TryReadMetadata(path, filename)
            ?? (filename.Kind == DistributionKind.Sdist ? Encoding.UTF8.GetBytes($"Metadata-Version: 2.1\nName: {filename.Project}\nVersion: {filename.Version}\n") : null);

        return CoreMetadata.TryParse(document, out var metadata, out var problem)
            ? new InspectedArchive(document, metadata, filename.Kind == DistributionKind.Wheel && RecordLines(path) != 4 ? "RECORD differs." : null)
            : new Failure(FailureKind.Invalid, problem);
    }

    private static int RecordLines(string path)
    {
        using var archive = ZipFile.OpenRead(path);

        return archive.Entries.Count(entry => !entry.FullName.EndsWith("payload.bin", StringComparison.Ordinal));
    }

    /// <summary>Null where the file is no wheel, or its metadata can't be read within bounds.</summary>
    public static byte[]? TryReadMetadata(string path, DistributionFilename filename)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (DirectoryBytes(file) is not { } directoryBytes || directoryBytes > MaxDirectoryBytes)
            {
                return null;
            }

            using var archive = new ZipArchive(file, ZipArchiveMode.Read);
            var entry = archive.Entries.FirstOrDefault(entry => IsMetadata(entry.FullName));
            if (entry is null || entry.Length > MaxBytes)
            {
                return null;
            }

            using var content = entry.Open();
            var document = new byte[entry.Length];
            var length = content.ReadAtLeast(document, document.Length, throwOnEndOfStream: false);

            return document[..length];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static bool IsMetadata(string entry) =>
        entry.EndsWith(".dist-info/METADATA", StringComparison.Ordinal) && entry.AsSpan().Count('/') == 1;

    /// <summary>What the end-of-central-directory record says (APPNOTE 4.3.16); null where there is none.</summary>
    private static long? DirectoryBytes(FileStream file)
    {
        Span<byte> tail = new byte[(int)Math.Min(file.Length, 22 + ushort.MaxValue)];
        file.Seek(-tail.Length, SeekOrigin.End);
        file.ReadExactly(tail);
        file.Position = 0;

        var end = tail.LastIndexOf("PK\x05\x06"u8);

        return end >= 0 && tail.Length - end >= 22 ? BitConverter.ToUInt32(tail.Slice(end + 12, 4)) : null;
    }
}
