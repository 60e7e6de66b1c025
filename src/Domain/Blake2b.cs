using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PyWharf.Domain;

/// <summary>
/// BLAKE2b without a key (RFC 7693): the <c>blake2_256_digest</c> of an upload, which the framework cannot compute. Not for use by two
/// threads at once.
/// </summary>
/// <param name="digestSize">Bytes of the digest, 64 at most: digests of two sizes have nothing in common.</param>
public sealed class Blake2b(int digestSize)
{
    private const int BlockSize = 128;
    private const int Rounds = 12;

    // Section 2.7; rounds 10 and 11 begin anew.
    private static ReadOnlySpan<byte> Schedule =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
        11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
        7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
        9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
        2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
        12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
        13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
        6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
        10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
    ];

    private static readonly Vector256<ulong> InitialLow =
        Vector256.Create(0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1);

    private static readonly Vector256<ulong> InitialHigh =
        Vector256.Create(0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179);

    private readonly byte[] _block = new byte[BlockSize];
    private int _inBlock;
    private ulong _length;
    private Vector256<ulong> _low = InitialLow ^ Vector256.CreateScalar(0x01010000UL ^ (ulong)digestSize);
    private Vector256<ulong> _high = InitialHigh;

    /// <summary>Adds the next bytes of the content.</summary>
    public void Append(ReadOnlySpan<byte> content)
    {
        // The last block is compressed differently, so a full block waits for the next byte.
        while (content.Length > BlockSize - _inBlock)
        {
            var taken = BlockSize - _inBlock;
            if (_inBlock == 0)
            {
                Compress(content[..BlockSize], isLast: false);
            }
            else
            {
                content[..taken].CopyTo(_block.AsSpan(_inBlock));
                Compress(_block, isLast: false);
                _inBlock = 0;
            }

            content = content[taken..];
        }

        content.CopyTo(_block.AsSpan(_inBlock));
        _inBlock += content.Length;
    }

    /// <summary>The digest of the appended bytes. The instance can't be used afterwards.</summary>
    public byte[] Finish()
    {
        _block.AsSpan(_inBlock).Clear();
        Compress(_block, isLast: true);

        var state = new byte[2 * Vector256<byte>.Count];
        for (var i = 0; i < Vector256<ulong>.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(state.AsSpan(i * sizeof(ulong)), _low[i]);
            BinaryPrimitives.WriteUInt64LittleEndian(state.AsSpan(Vector256<byte>.Count + (i * sizeof(ulong))), _high[i]);
        }

        return state[..digestSize];
    }

    // Section 3.2, with the 4 x 4 words of the working state as four rows: a whole row is mixed at once, and turning the rows
    // against each other makes columns of the diagonals. What it calls must be inlined: a shuffle is one instruction only where
    // its pattern is a constant, and the whole is four times slower otherwise.
    private void Compress(ReadOnlySpan<byte> block, bool isLast)
    {
        Span<ulong> m = stackalloc ulong[BlockSize / sizeof(ulong)];
        for (var i = 0; i < m.Length; i++)
        {
            m[i] = BinaryPrimitives.ReadUInt64LittleEndian(block[(i * sizeof(ulong))..]);
        }

        _length += (ulong)(isLast ? _inBlock : BlockSize);
        var (a, b, c) = (_low, _high, InitialLow);
        var d = InitialHigh ^ Vector256.Create(_length, 0, isLast ? ulong.MaxValue : 0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var s = Schedule.Slice(round % 10 * 16, 16);
            Mix(ref a, ref b, ref c, ref d, Words(m, s[0], s[2], s[4], s[6]), Words(m, s[1], s[3], s[5], s[7]));
            (b, c, d) = (Turn(b, 1), Turn(c, 2), Turn(d, 3));
            Mix(ref a, ref b, ref c, ref d, Words(m, s[8], s[10], s[12], s[14]), Words(m, s[9], s[11], s[13], s[15]));
            (b, c, d) = (Turn(b, 3), Turn(c, 2), Turn(d, 1));
        }

        _low ^= a ^ c;
        _high ^= b ^ d;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Words(ReadOnlySpan<ulong> m, int i, int j, int k, int l) => Vector256.Create(m[i], m[j], m[k], m[l]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Turn(Vector256<ulong> row, ulong by) =>
        Vector256.Shuffle(row, Vector256.Create(by & 3, (by + 1) & 3, (by + 2) & 3, (by + 3) & 3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(
        ref Vector256<ulong> a,
        ref Vector256<ulong> b,
        ref Vector256<ulong> c,
        ref Vector256<ulong> d,
        Vector256<ulong> x,
        Vector256<ulong> y)
    {
        a += b + x;
        d = RotateRight(d ^ a, 32);
        c += d;
        b = RotateRight(b ^ c, 24);
        a += b + y;
        d = RotateRight(d ^ a, 16);
        c += d;
        b = RotateRight(b ^ c, 63);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> RotateRight(Vector256<ulong> row, int bits) => (row >>> bits) | (row << (64 - bits));
}
