using PyWharf.Application.Access;
using PyWharf.Domain;

namespace PyWharf.Unit.Application.Access;

public class TokenTextTests
{
    // The checksums come from Python: zlib.crc32(b"pyw_…"), then divmod by 62.
    [Theory]
    [InlineData("pyw_000000000000000000000000000000003iNKN7")]
    [InlineData("pyw_UVWXYZabcdefghijklmnopqrstuvwxyz31i3Do")]
    [InlineData("pyw_zzzzzzzzzzzzzzzzzzzzzzzzzzzzz45400C7G0")]
    public void A_token_as_another_program_makes_it_is_well_formed(string text) => Assert.True(TokenText.IsWellFormed(new Secret(text)));

    [Fact]
    public void A_new_token_is_well_formed_and_never_the_same()
    {
        var tokens = Enumerable.Range(0, 1000).Select(_ => TokenText.New().Reveal()).ToList();

        Assert.All(tokens, token => Assert.True(TokenText.IsWellFormed(new Secret(token))));
        Assert.Equal(tokens.Count, tokens.Distinct().Count());
        Assert.All(tokens, token => Assert.Matches("^pyw_[0-9A-Za-z]{38}$", token));
    }

    [Fact]
    public void A_token_with_another_character_in_it_is_not_well_formed()
    {
        var token = TokenText.New().Reveal();

        Assert.All(
            Enumerable.Range(0, token.Length),
            at => Assert.False(TokenText.IsWellFormed(new Secret(string.Concat(token.AsSpan(0, at), token[at] == 'x' ? "y" : "x", token.AsSpan(at + 1))))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("pyw_")]
    [InlineData("ghp_000000000000000000000000000000003iNKN7")]
    [InlineData("pyw_00000000000000000000000000000000é3iNKN7")]
    [InlineData(" pyw_000000000000000000000000000000003iNKN7")]
    public void Other_secrets_are_not_well_formed(string text) => Assert.False(TokenText.IsWellFormed(new Secret(text)));

    [Fact]
    public void The_digest_is_that_of_the_whole_text() =>
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", TokenText.DigestOf(new Secret("abc")).ToString());
}
