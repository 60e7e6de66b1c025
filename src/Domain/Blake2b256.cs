using System.Buffers.Binary;
using System.Numerics;

namespace PyWharf.Domain;

/// <summary>
/// BLAKE2b with a digest of 32 bytes and no key (RFC 7693): the <c>blake2_256_digest</c> of an upload, which the framework cannot
/// compute. Not for use by two threads at once.
/// </summary>
public sealed class Blake2b256
{
    private const int DigestSize = 32;
    private const int BlockSize = 128;
    private const int Rounds = 12;

    private static readonly ulong[] InitialState =
    [
        0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
        0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
    ];

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

    private readonly ulong[] _state = [.. InitialState];
    private readonly byte[] _block = new byte[BlockSize];
    private int _inBlock;
    private ulong _length;

    public Blake2b256() => _state[0] ^= 0x01010000 ^ DigestSize;

    /// <summary>Adds the next bytes of the content.</summary>
    public void Append(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            // A full block waits for the next byte, as the last one is compressed differently.
            if (_inBlock == BlockSize)
            {
                _length += BlockSize;
                Compress(isLast: false);
                _inBlock = 0;
            }

            var taken = Math.Min(content.Length, BlockSize - _inBlock);
            content[..taken].CopyTo(_block.AsSpan(_inBlock));
            content = content[taken..];
            _inBlock += taken;
        }
    }

    /// <summary>The 32 bytes of the digest of all that was appended. The instance is used up.</summary>
    public byte[] Finish()
    {
        _length += (ulong)_inBlock;
        _block.AsSpan(_inBlock).Clear();
        Compress(isLast: true);

        var digest = new byte[DigestSize];
        for (var i = 0; i < DigestSize / sizeof(ulong); i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(digest.AsSpan(i * sizeof(ulong)), _state[i]);
        }

        return digest;
    }

    private void Compress(bool isLast)
    {
        Span<ulong> m = stackalloc ulong[16];
        for (var i = 0; i < m.Length; i++)
        {
            m[i] = BinaryPrimitives.ReadUInt64LittleEndian(_block.AsSpan(i * sizeof(ulong)));
        }

        Span<ulong> v = [.. _state, .. InitialState];
        v[12] ^= _length;
        v[14] = isLast ? ~v[14] : v[14];

        for (var round = 0; round < Rounds; round++)
        {
            var s = Schedule.Slice(round % 10 * 16, 16);
            Mix(ref v[0], ref v[4], ref v[8], ref v[12], m[s[0]], m[s[1]]);
            Mix(ref v[1], ref v[5], ref v[9], ref v[13], m[s[2]], m[s[3]]);
            Mix(ref v[2], ref v[6], ref v[10], ref v[14], m[s[4]], m[s[5]]);
            Mix(ref v[3], ref v[7], ref v[11], ref v[15], m[s[6]], m[s[7]]);
            Mix(ref v[0], ref v[5], ref v[10], ref v[15], m[s[8]], m[s[9]]);
            Mix(ref v[1], ref v[6], ref v[11], ref v[12], m[s[10]], m[s[11]]);
            Mix(ref v[2], ref v[7], ref v[8], ref v[13], m[s[12]], m[s[13]]);
            Mix(ref v[3], ref v[4], ref v[9], ref v[14], m[s[14]], m[s[15]]);
        }

        for (var i = 0; i < _state.Length; i++)
        {
            _state[i] ^= v[i] ^ v[i + 8];
        }
    }

    private static void Mix(ref ulong a, ref ulong b, ref ulong c, ref ulong d, ulong x, ulong y)
    {
        a += b + x;
        d = BitOperations.RotateRight(d ^ a, 32);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 24);
        a += b + y;
        d = BitOperations.RotateRight(d ^ a, 16);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 63);
    }
}
