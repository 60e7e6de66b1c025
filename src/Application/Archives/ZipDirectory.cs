using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace PyWharf.Application.Archives;

/// <summary>
/// The central directory of a zip archive, with checks that every reader sees the same files. Some readers use only the directory (the framework's),
/// others follow the local headers; a difference between them could hide code from a check.
/// </summary>
internal sealed class ZipDirectory
{
    // The directory is held in memory; for ten thousand files it has about one megabyte.
    private const long MaxBytes = 32 * 1024 * 1024;
    private const int HeaderSize = 46;

    private const int UnixTypes = 0xF000;
    private const int UnixFolder = 0x4000;
    private const int UnixFile = 0x8000;

    private readonly SafeFileHandle _file;

    private ZipDirectory(SafeFileHandle file, long offset, IReadOnlyList<ZipEntry> entries, EntryPaths paths)
    {
        _file = file;
        Offset = offset;
        Entries = entries;
        Paths = paths;
    }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<ZipEntry> Entries { get; }

    public EntryPaths Paths { get; }

    /// <summary>Offset of the directory, where the entries end.</summary>
    private long Offset { get; }

    /// <exception cref="InvalidDataException">It is malformed, or has unsupported entries.</exception>
    public static ZipDirectory Read(SafeFileHandle file, long length)
    {
        var end = ZipEnd.Find(file, length);
        EntryPaths.CheckCount(end.Entries);
        if (end.DirectorySize > MaxBytes)
        {
            throw new InvalidDataException("The central directory of the zip archive is too large.");
        }

        var directory = new byte[end.DirectorySize];
        FileExtent.ReadExactly(file, end.DirectoryOffset, directory);

        var entries = new List<ZipEntry>((int)end.Entries);
        var paths = new EntryPaths();
        var rest = directory.AsSpan();
        while (!rest.IsEmpty)
        {
            var entry = ReadEntry(ref rest);
            paths.Add(entry.IsFolder ? entry.Name[..^1] : entry.Name, entry.IsFolder ? EntryKind.Folder : EntryKind.File);
            entries.Add(entry);
        }

        if (entries.Count != end.Entries)
        {
            throw new InvalidDataException($"The zip archive has {entries.Count} entries, and its end record says {end.Entries}.");
        }

        paths.CheckFolders();
        entries.Sort((left, right) => left.Offset.CompareTo(right.Offset));

        return new ZipDirectory(file, end.DirectoryOffset, entries, paths);
    }

    /// <summary>Checks that the entries fill the file from the beginning to the directory without gaps.</summary>
    /// <exception cref="InvalidDataException">There is a gap or an overlap, or a local header differs from the directory.</exception>
    public void CheckLayout(CancellationToken cancellationToken)
    {
        var position = 0L;
        for (var at = 0; at < Entries.Count; at++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = Entries[at];
            if (entry.Offset != position)
            {
                throw new InvalidDataException(entry.Offset > position
                    ? $"There are bytes before the entry {EntryPath.Quote(entry.Name)} that belong to no entry."
                    : $"The entry {EntryPath.Quote(entry.Name)} overlaps with another one.");
            }

            position = at + 1 < Entries.Count ? Entries[at + 1].Offset : Offset;
            ZipLocalHeader.CheckEnd(_file, entry, position, Offset);
        }

        if (position != Offset)
        {
            throw new InvalidDataException("The zip archive has bytes that belong to no entry.");
        }
    }

    public CompressedContent Open(ZipEntry entry, DecompressionBudget budget) => entry.Open(_file, Offset, budget);

    /// <summary>Reads an entry into memory; null if there is no such entry.</summary>
    /// <exception cref="InvalidDataException">It is too large, or can't be read.</exception>
    public byte[]? ReadDocument(string name, int maxBytes = DecompressionBudget.DocumentBytes)
    {
        var entry = Entries.FirstOrDefault(entry => entry.Name == name);
        if (entry is null)
        {
            return null;
        }

        if (entry.Size > maxBytes)
        {
            throw new InvalidDataException($"The entry {EntryPath.Quote(name)} is larger than {maxBytes >> 20} MiB.");
        }

        using var content = Open(entry, new DecompressionBudget(maxBytes));
        return content.ReadToEnd((int)entry.Size);
    }

    private static ZipEntry ReadEntry(ref Span<byte> rest)
    {
        if (rest.Length < HeaderSize || !rest.StartsWith("PK\x01\x02"u8))
        {
            throw new InvalidDataException("The central directory of the zip archive is broken.");
        }

        var header = rest;
        var nameLength = UInt16(header, 28);
        var extraLength = UInt16(header, 30);
        var length = HeaderSize + nameLength + extraLength + UInt16(header, 32);
        if (length > rest.Length)
        {
            throw new InvalidDataException("The central directory of the zip archive is cut off within an entry.");
        }

        rest = rest[length..];
        var name = EntryPath.Decode(header.Slice(HeaderSize, nameLength));
        Span<long> numbers = [UInt32(header, 24), UInt32(header, 20), UInt32(header, 42)];
        ZipExtra.Resolve(header.Slice(HeaderSize + nameLength, extraLength), name, numbers);

        var entry = new ZipEntry
        {
            Name = name,
            Flags = (ZipFlags)UInt16(header, 8) & ZipFlags.Meaningful,
            IsDeflated = UInt16(header, 10) == 8,
            Crc32 = UInt32(header, 16),
            CompressedSize = numbers[1],
            Size = numbers[0],
            Offset = numbers[2],
        };
        var problem = Problem(entry, method: UInt16(header, 10), disk: UInt16(header, 34), type: UInt16(header, 40) & UnixTypes);

        return problem is null ? entry : throw new InvalidDataException($"The entry {EntryPath.Quote(name)} {problem}.");
    }

    private static string? Problem(ZipEntry entry, int method, int disk, int type) =>
        (entry.Flags & ZipFlags.Refused) != 0 ? "is encrypted or a patch"
        : method is not (0 or 8) ? $"is compressed by method {method}; readers of packages know deflate only"
        : method == 0 && entry.Size != entry.CompressedSize ? "is stored as it is and yet has two sizes"
        : method == 0 && entry.Flags.HasFlag(ZipFlags.DataDescriptor) ? "is stored as it is with its size behind it, so that a reader can't find its end"
        : type is not (0 or UnixFile or UnixFolder) ? "is a link or a device, and no file"
        : entry.IsFolder && entry.Size != 0 ? "is a folder and yet has content"
        : disk is not (0 or ushort.MaxValue) ? "lies in another part of the archive"
        : !entry.Flags.HasFlag(ZipFlags.Utf8) && entry.Name.Any(c => !char.IsAscii(c)) ? "has a name that is not marked as UTF-8"
        : null;

    private static ushort UInt16(ReadOnlySpan<byte> header, int at) => BinaryPrimitives.ReadUInt16LittleEndian(header[at..]);

    private static uint UInt32(ReadOnlySpan<byte> header, int at) => BinaryPrimitives.ReadUInt32LittleEndian(header[at..]);
}
