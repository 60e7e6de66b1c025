using Microsoft.Win32.SafeHandles;

namespace PyWharf.Application.Archives;

/// <summary>An entry of the central directory of a zip archive (APPNOTE.TXT 4.3.12).</summary>
internal sealed record ZipEntry
{
    /// <summary>The name as written; a folder's has a trailing slash.</summary>
    public required string Name { get; init; }

    public required ZipFlags Flags { get; init; }

    public required bool IsDeflated { get; init; }

    public required uint Crc32 { get; init; }

    /// <summary>Compressed size in bytes.</summary>
    public required long CompressedSize { get; init; }

    /// <summary>Declared uncompressed size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Offset of the local header.</summary>
    public required long Offset { get; init; }

    public bool IsFolder => Name.EndsWith('/');

    /// <summary>Opens the content, which is checked as it is read.</summary>
    /// <param name="file">The archive.</param>
    /// <param name="limit">Offset of the directory, where the entries end.</param>
    /// <param name="budget">Limits the uncompressed bytes.</param>
    /// <exception cref="InvalidDataException">The local header differs from the directory.</exception>
    public CompressedContent Open(SafeFileHandle file, long limit, DecompressionBudget budget)
    {
        var data = ZipLocalHeader.Check(file, this, limit);

        // Some tools mark empty files as deflated, but write no data for them.
        return new CompressedContent(
            file, (data, CompressedSize), IsDeflated && CompressedSize != 0, Crc32, size => size == Size, budget, $"The entry {EntryPath.Quote(Name)}");
    }
}
