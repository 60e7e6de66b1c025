using System.IO.Compression;
using PyWharf.Domain;

namespace PyWharf.Application.Packages;

/// <summary>The METADATA document inside a wheel.</summary>
public static class WheelMetadata
{
    // Real ones hold a description of some hundred kilobytes at most; a hostile one must not fill the memory.
    private const int MaxBytes = 8 * 1024 * 1024;

    // A directory of the archive is read as a whole; torch, with ten thousand files, needs about one megabyte.
    private const long MaxDirectoryBytes = 64 * 1024 * 1024;

    /// <summary>Null where the file is no wheel, or its metadata can't be read within bounds.</summary>
    public static CoreMetadata? TryRead(string path)
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

            return CoreMetadata.TryParse(document.AsSpan(0, length), out var metadata, out _) ? metadata : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>The valid specifier set that a wheel's metadata holds, or null.</summary>
    public static RequiresPython? RequiresPythonOf(string path) =>
        RequiresPython.TryParse(TryRead(path)?.RequiresPython, out var specifier) ? specifier : null;

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
