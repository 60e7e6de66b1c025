using Microsoft.Win32.SafeHandles;

namespace PyWharf.Application.Archives;

/// <summary>An entry as the central directory of a zip archive has it (APPNOTE.TXT 4.3.12).</summary>
internal sealed record ZipEntry
{
    /// <summary>As it was written: a folder's ends with a slash.</summary>
    public required string Name { get; init; }

    public required ZipFlags Flags { get; init; }

    public required bool IsDeflated { get; init; }

    public required uint Crc32 { get; init; }

    /// <summary>Bytes in the archive.</summary>
    public required long CompressedSize { get; init; }

    /// <summary>Bytes once decompressed, as the archive says.</summary>
    public required long Size { get; init; }

    /// <summary>Where its local header lies.</summary>
    public required long Offset { get; init; }

    public bool IsFolder => Name.EndsWith('/');

    /// <summary>The content, checked as it is read.</summary>
    /// <param name="file">The archive.</param>
    /// <param name="limit">Where entries end, and the directory begins.</param>
    /// <param name="budget">Pays for what is decompressed.</param>
    /// <exception cref="InvalidDataException">The local header says something else than the directory.</exception>
    public CompressedContent Open(SafeFileHandle file, long limit, DecompressionBudget budget)
    {
        var data = ZipLocalHeader.Check(file, this, limit);

        // Some tools call empty files deflated and write nothing at all for them.
        return new CompressedContent(
            file, (data, CompressedSize), IsDeflated && CompressedSize != 0, Crc32, size => size == Size, budget, $"The entry {EntryPath.Quote(Name)}");
    }
}
