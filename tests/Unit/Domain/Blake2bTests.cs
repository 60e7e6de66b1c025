using FsCheck;
using FsCheck.Fluent;
using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class Blake2bTests
{
    [Fact]
    public void The_digest_of_abc() =>
        // RFC 7693 prints the 64-byte one only; this is what `b2sum -l 256` says.
        Assert.Equal("bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319", Hex("abc"u8));

    [Fact]
    public void The_longest_digest_of_abc() =>
        // RFC 7693, appendix A.
        Assert.Equal(
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
            Hex("abc"u8, digestSize: 64));

    [Theory]
    [InlineData(0, "786a02f742015903c6c6fd852552d272912f4740e15847618a86e217f71f5419d25e1031afee585313896444934eb04b903a685b1448b755d56f701afe9be2ce")]
    [InlineData(128, "2319e3789c47e2daa5fe807f61bec2a1a6537fa03f19ff32e87eecbfd64b7e0e8ccff439ac333b040f19b0c4ddd11a61e24ac1fe0f10a039806c5dcc0da3d115")]
    [InlineData(129, "f59711d44a031d5f97a9413c065d1e614c417ede998590325f49bad2fd444d3e4418be19aec4e11449ac1a57207898bc57d76a1bcf3566292c20c683a5c4648f")]
    [InlineData(100_000, "a0b4e1c912a57364ed019d57296b9f14fd4ac7a36dc5b324706ba2b1497cf7b58b813ef6d86efab3a9461768ea9a552ab97554f8c4b010ed26d04ae6158bcedf")]
    public void The_longest_digest_of_counted_bytes(int length, string expected) =>
        Assert.Equal(expected, Hex(Bytes(length), digestSize: 64));

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
            var hash = new Blake2b(digestSize: 32);
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

    private static string Hex(ReadOnlySpan<byte> content, int digestSize = 32)
    {
        var hash = new Blake2b(digestSize);
        hash.Append(content);
        return Convert.ToHexStringLower(hash.Finish());
    }
}
