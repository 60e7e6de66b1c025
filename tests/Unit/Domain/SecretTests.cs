using System.Text.Json;
using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class SecretTests
{
    [Theory]
    [InlineData("s3cret", "s3cret", true)]
    [InlineData("s3cret", "S3cret", false)]
    [InlineData("s3cret", "s3cre", false)]
    [InlineData("s3cret", "s3crett", false)]
    [InlineData("s3cret", "", false)]
    [InlineData("", "s3cret", false)]
    [InlineData("", "", false)]
    [InlineData(" ", " ", true)]
    [InlineData("pä:ss wörd", "pä:ss wörd", true)]
    [InlineData("e\u0301", "\u00e9", false)]
    [InlineData("a\0b", "a\0c", false)]
    public void A_secret_matches_itself_unless_it_is_empty(string secret, string candidate, bool matches)
    {
        Assert.Equal(matches, new Secret(secret).Matches(new Secret(candidate)));
        Assert.Equal(matches, new Secret(candidate).Matches(new Secret(secret)));
    }

    [Fact]
    public void Malformed_texts_that_print_alike_do_not_match() =>
        // Built here: an attribute's arguments are stored as UTF-8, which has no lone surrogates.
        Assert.False(new Secret("\uD800").Matches(new Secret("\uD801")));

    [Fact]
    public void A_secret_does_not_print_itself()
    {
        var secret = new Secret("hunter2");

        Assert.Equal("***", secret.ToString());
        Assert.Equal("***", $"{secret}");
        Assert.DoesNotContain("hunter2", JsonSerializer.Serialize(secret), StringComparison.Ordinal);
        Assert.Equal("hunter2", secret.Reveal());
    }

    [Fact]
    public void A_fingerprint_tells_secrets_apart_and_not_what_they_are()
    {
        var fingerprint = new Secret("hunter2").Fingerprint();

        Assert.Equal(fingerprint, new Secret("hunter2").Fingerprint());
        Assert.NotEqual(fingerprint, new Secret("hunter3").Fingerprint());
        Assert.Matches("^[0-9a-f]{64}$", fingerprint);
        // Not the plain digest, in UTF-16 or UTF-8, which a dictionary would find.
        Assert.NotEqual(fingerprint, PlainDigest(System.Text.Encoding.Unicode));
        Assert.NotEqual(fingerprint, PlainDigest(System.Text.Encoding.UTF8));

        static string PlainDigest(System.Text.Encoding encoding) =>
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(encoding.GetBytes("hunter2")));
    }
}
