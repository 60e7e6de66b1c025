using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

public sealed class PortableFilenameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("é.zip")]
    [InlineData("a b..c")]
    [InlineData("console.log")]
    [InlineData("com.zip")]
    [InlineData("com10.zip")]
    [InlineData("nul-1.zip")]
    public void A_name_of_a_file_is_safe(string text) => Assert.True(PortableFilename.IsSafe(text));

    // Windows drops what these end in, and so opens another file.
    [Theory]
    [InlineData("a.")]
    [InlineData("a ")]
    [InlineData("a.zip. .")]
    public void A_dot_or_blank_at_the_end_is_not(string text) => Assert.False(PortableFilename.IsSafe(text));
}
