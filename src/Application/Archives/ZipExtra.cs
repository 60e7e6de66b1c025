using System.Buffers.Binary;

namespace PyWharf.Application.Archives;

/// <summary>The extra fields of a header (APPNOTE.TXT 4.5): numbers that don't fit 32 bits, and nothing that makes another file of it.</summary>
internal static class ZipExtra
{
    private const ushort Zip64 = 0x0001;
    private const ushort UnicodePath = 0x7075;

    /// <summary>Puts the real numbers in the place of those that are 0xFFFFFFFF.</summary>
    /// <param name="extra">All extra fields.</param>
    /// <param name="name">Of the entry.</param>
    /// <param name="numbers">The size, the compressed size and, in the directory, the offset: in the order that zip64 has them in.</param>
    /// <exception cref="InvalidDataException">The fields are malformed or ambiguous.</exception>
    public static void Resolve(ReadOnlySpan<byte> extra, string name, Span<long> numbers)
    {
        var isResolved = false;

        // Tools that align entries leave some bytes that are too few for a field; readers pass over them.
        while (extra.Length >= 4)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4)
            {
                throw Broken(name, "is cut off");
            }

            var id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            if (id == UnicodePath)
            {
                throw Broken(name, "gives it a second name");
            }

            if (id == Zip64)
            {
                if (isResolved)
                {
                    throw Broken(name, "gives its sizes twice");
                }

                isResolved = true;
                ResolveZip64(extra.Slice(4, length), name, numbers);
            }

            extra = extra[(4 + length)..];
        }
    }

    private static void ResolveZip64(ReadOnlySpan<byte> field, string name, Span<long> numbers)
    {
        foreach (ref var number in numbers)
        {
            if (number == uint.MaxValue)
            {
                number = Next(ref field, name);
            }
        }

        // Some writers add the offset where it fits, too.
        if (!field.IsEmpty && (numbers.Length < 3 || Next(ref field, name) != numbers[2] || !field.IsEmpty))
        {
            throw Broken(name, "contradicts its header");
        }
    }

    private static long Next(ref ReadOnlySpan<byte> field, string name)
    {
        if (field.Length < 8 || BinaryPrimitives.ReadInt64LittleEndian(field) is not (>= 0 and var number))
        {
            throw Broken(name, "has no size where one that does not fit 32 bits belongs");
        }

        field = field[8..];

        return number;
    }

    private static InvalidDataException Broken(string name, string what) => new($"An extra field of the entry {EntryPath.Quote(name)} {what}.");
}
