using PyWharf.Application.Rendering;

namespace PyWharf.Unit.Application.Rendering;

public class FileHashTests
{
    [Theory]
    [InlineData("md5", 32)]
    [InlineData("sha256", 64)]
    [InlineData("blake2b", 128)]
    [InlineData("sha3_512", 128)]
    public void A_hash_of_an_algorithm_that_hashlib_guarantees_is_kept_in_lower_case(string algorithm, int length) =>
        Assert.Equal($"{algorithm}={new string('a', length)}", FileHash.OrNull(algorithm, new string('A', length))?.ToString());

    [Theory]
    [InlineData("blake2_256", 64)]
    [InlineData("SHA256", 64)]
    [InlineData("shake_128", 32)]
    [InlineData("", 0)]
    [InlineData("sha256", 0)]
    [InlineData("sha256", 63)]
    [InlineData("sha256", 65)]
    public void Any_other_would_break_a_client(string algorithm, int length) =>
        Assert.Null(FileHash.OrNull(algorithm, new string('a', length)));

    [Theory]
    [InlineData('g')]
    [InlineData('"')]
    [InlineData('\0')]
    [InlineData('\uff11')]
    public void Only_hexadecimal_digits_are_a_digest(char digit) => Assert.Null(FileHash.OrNull("sha256", new string(digit, 64)));

    [Fact]
    public void The_best_for_a_fragment_is_the_one_that_every_client_checks()
    {
        FileHash[] hashes = [Hash("sha512", 128), Hash("sha3_512", 128), Hash("md5", 32), Hash("sha256", 64)];

        Assert.Equal("sha256", FileHash.Best(hashes)?.Algorithm);
        Assert.Equal("sha512", FileHash.Best(hashes[..3])?.Algorithm);
        Assert.Equal("md5", FileHash.Best(hashes[1..3])?.Algorithm);
    }

    [Fact]
    public void What_uv_does_not_know_in_a_fragment_stays_out_of_it() =>
        Assert.Null(FileHash.Best([Hash("sha1", 40), Hash("sha224", 56), Hash("sha3_256", 64), Hash("blake2s", 64)]));

    private static FileHash Hash(string algorithm, int length) =>
        FileHash.OrNull(algorithm, new string('0', length)) ?? throw new ArgumentException(algorithm);
}
