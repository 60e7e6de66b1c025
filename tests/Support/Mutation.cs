using FsCheck;
using FsCheck.Fluent;

namespace PyWharf.Support;

/// <summary>A small change of some bytes, as a broken line, a broken disk or somebody with a plan makes it.</summary>
internal sealed record Mutation(MutationKind Kind, int At, int Other, int Length, byte Value)
{
    /// <summary>One to three changes of so many bytes.</summary>
    public static Gen<Mutation[]> Some(int bytes)
    {
        var one =
            from kind in Gen.Elements(Enum.GetValues<MutationKind>())
            from at in Gen.Choose(0, bytes - 1)
            from other in Gen.Choose(0, bytes - 1)
            from length in Gen.Choose(1, 20)
            from value in Gen.Elements<byte>(0, 1, 0x7F, 0x80, 0xFF, (byte)'/', (byte)'.', (byte)'P', (byte)'0', (byte)'9')
            select new Mutation(kind, at, other, length, value);

        return Gen.Choose(1, 3).SelectMany(count => one.ArrayOf(count));
    }

    public byte[] Apply(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return [Value];
        }

        var (at, other) = (At % bytes.Length, Other % bytes.Length);
        var length = Math.Min(Length, bytes.Length - Math.Max(at, other));

        return Kind switch
        {
            MutationKind.Flip => [.. bytes[..at], (byte)(bytes[at] ^ (1 << (length % 8))), .. bytes[(at + 1)..]],
            MutationKind.Set => [.. bytes[..at], Value, .. bytes[(at + 1)..]],
            MutationKind.Insert => [.. bytes[..at], .. Enumerable.Repeat(Value, length), .. bytes[at..]],
            MutationKind.Delete => [.. bytes[..at], .. bytes[(at + length)..]],
            MutationKind.Truncate => bytes[..at],
            _ => [.. bytes[..at], .. bytes[other..(other + length)], .. bytes[(at + length)..]],
        };
    }
}

/// <summary>What a <see cref="Mutation"/> does.</summary>
internal enum MutationKind
{
    Flip,
    Set,
    Insert,
    Delete,
    Truncate,
    Splice,
}
