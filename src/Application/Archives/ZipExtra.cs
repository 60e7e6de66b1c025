using System.Buffers.Binary;

namespace PyWharf.Application.Archives;

/// <summary>The extra fields of a header (APPNOTE.TXT 4.5): zip64 sizes are resolved, ambiguous fields refused.</summary>
internal static class ZipExtra
{
    private const ushort Zip64 = 0x0001;
    private const ushort UnicodePath = 0x7075;

    /// <summary>Replaces numbers that are 0xFFFFFFFF by their zip64 values.</summary>
    /// <param name="extra">All extra fields.</param>
    /// <param name="name">Name of the entry.</param>
    /// <param name="numbers">Size, compressed size and, in the directory, offset: in the order of zip64.</param>
    /// <exception cref="InvalidDataException">The fields are malformed or ambiguous.</exception>
    public static void Resolve(ReadOnlySpan<byte> extra, string name, Span<long> numbers)
    {
        var isResolved = false;

        // Tools that align entries leave padding shorter than a field; readers ignore it.
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

        // Some writers add the offset even if it fits 32 bits.
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
