using System.Security.Cryptography;
using System.Text;
using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class SecretVerifierTests
{
    [Theory]
    [InlineData("s3cret", "s3cret", true)]
    [InlineData("s3cret", "S3cret", false)]
    [InlineData("s3cret", "s3cre", false)]
    [InlineData("s3cret", "", false)]
    [InlineData("", "s3cret", false)]
    [InlineData("", "", false)]
    [InlineData("pä:ss wörd", "pä:ss wörd", true)]
    public void A_secret_is_recognised_by_itself_and_by_its_digest(string secret, string shown, bool matches)
    {
        Assert.Equal(matches, SecretVerifier.Of(new Secret(secret)).Matches(new Secret(shown)));
        Assert.Equal(matches, SecretVerifier.Of(DigestOf(secret)).Matches(new Secret(shown)));
    }

    [Fact]
    public void The_digest_of_a_secret_is_no_secret()
    {
        var digest = DigestOf("s3cret");

        Assert.False(SecretVerifier.Of(digest).Matches(new Secret(digest.ToString())));
    }

    [Fact]
    public void An_empty_secret_is_none_in_either_form()
    {
        Assert.True(SecretVerifier.None.IsEmpty);
        Assert.True(SecretVerifier.Of(DigestOf("")).IsEmpty);
        Assert.False(SecretVerifier.Of(new Secret("s3cret")).IsEmpty);
        Assert.False(SecretVerifier.Of(DigestOf("s3cret")).IsEmpty);
        Assert.False(SecretVerifier.None.Matches(new Secret("s3cret")));
    }

    [Fact]
    public void It_reveals_nothing() => Assert.DoesNotContain("s3cret", $"{SecretVerifier.Of(new Secret("s3cret"))}", StringComparison.Ordinal);

    private static Sha256Digest DigestOf(string secret) => Sha256Digest.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
