using System.Buffers.Text;
using System.Globalization;

namespace PyWharf.Application.Archives;

/// <summary>The extended header of a tar entry (POSIX pax, "pax Extended Header").</summary>
internal sealed class PaxRecords
{
    public string? Path { get; private set; }

    public string? LinkPath { get; private set; }

    public long? Size { get; private set; }

    public bool IsEmpty => Path is null && LinkPath is null && Size is null;

    /// <param name="records">The data of the header: repeated <c>length key=value\n</c>.</param>
    /// <exception cref="InvalidDataException">It is malformed, has a duplicate key, or describes a sparse file.</exception>
    public static PaxRecords Read(ReadOnlySpan<byte> records)
    {
        var read = new PaxRecords();
        while (!records.IsEmpty)
        {
            if (!Utf8Parser.TryParse(records, out int length, out var digits)
                || length > records.Length
                || length < digits + 3
                || records[digits] != ' '
                || records[length - 1] != '\n')
            {
                throw Malformed();
            }

            var record = records[(digits + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0)
            {
                throw Malformed();
            }

            read.Take(record[..equals], record[(equals + 1)..]);
            records = records[length..];
        }

        return read;
    }

    private void Take(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("path"u8))
        {
            Path = Path is null ? EntryPath.Decode(value) : throw Twice();
        }
        else if (key.SequenceEqual("linkpath"u8))
        {
            LinkPath = LinkPath is null ? EntryPath.Decode(value) : throw Twice();
        }
        else if (key.SequenceEqual("size"u8))
        {
            Size = Size is not null ? throw Twice()
                : long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size
                : throw Malformed();
        }
        else if (key.StartsWith("GNU.sparse."u8))
        {
            throw new InvalidDataException("The tar archive has a sparse file, which not every reader knows.");
        }
    }

    private static InvalidDataException Malformed() => new("The tar archive has an extended header that is malformed.");

    private static InvalidDataException Twice() => new("The tar archive has an extended header that says one thing twice.");
}
