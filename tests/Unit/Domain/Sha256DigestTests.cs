using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class Sha256DigestTests
{
    // FIPS 180-4, the digest of "abc".
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void A_digest_is_read_in_either_case_and_printed_in_lower_case()
    {
        Assert.True(Sha256Digest.TryParse(Abc.ToUpperInvariant(), out var digest));

        Assert.Equal(Abc, digest.ToString());
        Assert.Equal(Sha256Digest.FromBytes(SHA256.HashData("abc"u8)), digest);
    }

    [Fact]
    public void The_bytes_come_out_as_they_went_in() =>
        Prop.ForAll(Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf(32).ToArbitrary(), bytes =>
        {
            var copy = new byte[33];
            var digest = Sha256Digest.FromBytes(bytes);
            digest.CopyTo(copy);

            return copy.AsSpan(0, 32).SequenceEqual(bytes)
                && digest.ToString() == Convert.ToHexStringLower(bytes)
                && Sha256Digest.TryParse(digest.ToString(), out var again)
                && again == digest
                && again.GetHashCode() == digest.GetHashCode();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_byte_tells_digests_apart()
    {
        var digests = Enumerable.Range(0, 32).Select(at =>
        {
            var bytes = new byte[32];
            bytes[at] = 1;
            return Sha256Digest.FromBytes(bytes);
        });

        Assert.Equal(33, digests.Append(default).Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData(Abc + "0")]
    [InlineData(Abc + "\n")]
    [InlineData("ba7816bf")]
    [InlineData("xa7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("\uFF42a7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(" a7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void What_is_not_64_hexadecimal_digits_is_refused(string text)
    {
        Assert.False(Sha256Digest.TryParse(text, out var digest));
        Assert.Equal(default, digest);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    public void Other_than_32_bytes_are_no_digest(int length) =>
        Assert.Throws<ArgumentException>(() => Sha256Digest.FromBytes(new byte[length]));

    [Fact]
    public void Hostile_text_is_refused_without_an_exception() =>
        HostileText.NeverThrows(text => Sha256Digest.TryParse(text, out _));
}
