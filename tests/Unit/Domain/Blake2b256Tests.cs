using FsCheck;
using FsCheck.Fluent;
using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class Blake2b256Tests
{
    [Fact]
    public void The_digest_of_abc() =>
        // RFC 7693 prints the 64-byte one only; this is what `b2sum -l 256` says.
        Assert.Equal("bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319", Hex("abc"u8));

    // b2sum -l 256 of the bytes 0, 1, ..., 250, 0, 1, ...: no byte, and around the size of a block.
    [Theory]
    [InlineData(0, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8")]
    [InlineData(1, "03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314")]
    [InlineData(127, "f2fe67ff342e21b8f45e8f2e0bcd1d9243245d50ee6c78042e9c491388791c72")]
    [InlineData(128, "c3582f71ebb2be66fa5dd750f80baae97554f3b015663c8be377cfcb2488c1d1")]
    [InlineData(129, "f7f3c46ba2564ff4c4c162da1f5b605f9f1c4aa6a20652a9f9a337c1a2f5b9c9")]
    [InlineData(255, "d9ef0fc521b4266d16df662bec231bc2ec3989e7adeaf63169c295dc239dbbea")]
    [InlineData(256, "582f782226018ec33076bd8d1c42413530ac7e1126260ffc0f306ba3befc3f24")]
    [InlineData(257, "227e15ed64ee8e93eb7bc53828f76eed974f2c4ab1408c3d08f212b7f8d69904")]
    [InlineData(100_000, "916cfaa800ee55811e82095babeb88ea29c9ef8a36e8d7e20c7b772c344c9e1c")]
    public void The_digest_of_counted_bytes(int length, string expected) =>
        Assert.Equal(expected, Hex(Bytes(length)));

    [Fact]
    public void It_does_not_matter_how_the_content_is_cut()
    {
        var cuts = Gen.Choose(0, 300).ListOf().ToArbitrary();

        Prop.ForAll(cuts, lengths =>
        {
            var content = Bytes(lengths.Sum());
            var hash = new Blake2b256();
            var at = 0;
            foreach (var length in lengths)
            {
                hash.Append(content.AsSpan(at, length));
                at += length;
            }

            return Convert.ToHexStringLower(hash.Finish()) == Hex(content);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];

    private static string Hex(ReadOnlySpan<byte> content)
    {
        var hash = new Blake2b256();
        hash.Append(content);
        return Convert.ToHexStringLower(hash.Finish());
    }
}
