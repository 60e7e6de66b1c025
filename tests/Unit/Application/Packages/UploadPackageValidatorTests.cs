using PyWharf.Application.Packages;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Unit.Application.Packages;

public sealed class UploadPackageValidatorTests
{
    private static readonly Dictionary<string, string> Good = new()
    {
        [":action"] = "file_upload",
        ["protocol_version"] = "1",
        ["name"] = "My.Demo",
        ["version"] = "1.0",
        ["metadata_version"] = "2.1",
        ["filetype"] = "bdist_wheel",
        ["pyversion"] = "py3",
    };

    [Fact]
    public async Task A_form_in_order_is_valid()
    {
        Assert.Null(await ProblemAsync("my_demo-1.0-py3-none-any.whl"));
    }

    [Theory]
    [InlineData(":action", null)]
    [InlineData("protocol_version", "2")]
    [InlineData("name", null)]
    [InlineData("name", "../demo")]
    [InlineData("name", "other")]
    [InlineData("version", null)]
    [InlineData("version", "one")]
    [InlineData("version", "1.1")]
    [InlineData("metadata_version", null)]
    [InlineData("metadata_version", "3.0")]
    [InlineData("metadata_version", "0.9")]
    [InlineData("metadata_version", "2")]
    [InlineData("metadata_version", "2.")]
    [InlineData("metadata_version", "2.x")]
    [InlineData("metadata_version", "21.0")]
    [InlineData("filetype", null)]
    [InlineData("filetype", "sdist")]
    [InlineData("filetype", "bdist_egg")]
    [InlineData("pyversion", null)]
    [InlineData("md5_digest", "00000000000000000000000000000000")]
    [InlineData("sha256_digest", "abc")]
    [InlineData("blake2_256_digest", "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d5231900")]
    public async Task A_field_that_is_missing_or_wrong_is_invalid(string field, string? value)
    {
        Assert.Equal(FailureKind.Invalid, await ProblemAsync("my_demo-1.0-py3-none-any.whl", (field, value)));
    }

    [Theory]
    [InlineData("requires_python", 1_001, "The field requires_python is longer than 1000 characters: shorten it.")]
    [InlineData("summary", 131_073, "The field summary is longer than 131072 characters: shorten it.")]
    [InlineData("keywords", 131_073, "The field keywords is longer than 131072 characters: shorten it.")]
    [InlineData("classifiers", 131_073, "The field classifiers is longer than 131072 characters: shorten it.")]
    [InlineData("x\u001B[31m", 131_073, "A field of the form is longer than 131072 characters: shorten it.")]
    [InlineData("description", 8_388_609, "The field description is longer than 8388608 characters: shorten it.")]
    public async Task A_field_that_is_longer_than_anybody_needs_is_invalid(string field, int length, string sentence)
    {
        Assert.Equal(sentence, await SentenceAsync((field, new string('x', length))));
        Assert.NotEqual(sentence, await SentenceAsync((field, new string('x', length - 1))));
    }

    [Fact]
    public async Task Fields_with_several_values_are_bounded_together()
    {
        var values = Enumerable.Range(0, 20).Select(i => ($"classifier_{i}", (string?)new string('x', 100_000))).ToArray();

        Assert.Equal("The fields that may have several values are longer than 1048576 characters in all: shorten them.", await SentenceAsync(values));
    }

    [Theory]
    [InlineData("md5_digest", "0123", "The field md5_digest is malformed: it has to be 32 hexadecimal digits.")]
    [InlineData("sha256_digest", "zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "The field sha256_digest is malformed: it has to be 64 hexadecimal digits.")]
    [InlineData("blake2_256_digest", "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d523", "The field blake2_256_digest is malformed: it has to be 64 hexadecimal digits.")]
    [InlineData("sha256_digest", "0000000000000000000000000000000000000000000000000000000000000000", "The sha256_digest sent does not match the file received")]
    public async Task A_digest_that_is_malformed_is_called_so(string field, string value, string sentence)
    {
        Assert.StartsWith(sentence, await SentenceAsync((field, value)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("submit")]
    [InlineData("doc_upload")]
    public async Task An_action_of_old_is_gone(string action)
    {
        Assert.Equal(FailureKind.Gone, await ProblemAsync("my_demo-1.0-py3-none-any.whl", (":action", action)));
    }

    [Theory]
    [InlineData("../my_demo-1.0-py3-none-any.whl")]
    [InlineData("my_demo-1.0.exe")]
    [InlineData("my_demo.whl")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_name_that_no_distribution_file_has_is_invalid(string? filename)
    {
        Assert.Equal(FailureKind.Invalid, await ProblemAsync(filename));
    }

    [Theory]
    [InlineData("version", "1.0.0")]
    [InlineData("version", "v1")]
    [InlineData("name", "MY-DEMO")]
    [InlineData("sha256_digest", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [InlineData("md5_digest", "900150983cd24fb0d6963f7d28e17f72")]
    [InlineData("md5_digest", "")]
    [InlineData("blake2_256_digest", "BA80A53F981C4D0D6A2797B69F12F6E94C212F14685AC4B74B12BB6FDBFFA2D17D87C5392AAB792DC252D5DE4533CC9518D38AA8DBF1925AB92386EDD4009923")]
    [InlineData("metadata_version", "1.0")]
    [InlineData("metadata_version", "2.5")]
    [InlineData("metadata_version", "2.6")]
    [InlineData("metadata_version", "2.10")]
    [InlineData("protocol_version", null)]
    public async Task What_means_the_same_is_valid(string field, string? value)
    {
        Assert.Null(await ProblemAsync("my_demo-1.0-py3-none-any.whl", (field, value)));
    }

    [Fact]
    public async Task A_source_distribution_needs_no_pyversion()
    {
        Assert.Null(await ProblemAsync("my_demo-1.0.tar.gz", ("filetype", "sdist"), ("pyversion", null)));
    }

    [Fact]
    public async Task An_action_of_old_is_gone_whatever_else_is_sent()
    {
        var command = new UploadPackage.Command(null, null, new UploadForm(null, [new(":action", "submit")]), null);
        var result = await new UploadPackage.Validator().ValidateAsync(command);

        Assert.Equal(FailureKind.Gone, Assert.Single(result.Errors).CustomState);
    }

    [Fact]
    public async Task A_form_without_a_file_is_invalid()
    {
        var command = new UploadPackage.Command(null, null, FormOf("my_demo-1.0-py3-none-any.whl"), null);

        Assert.False((await new UploadPackage.Validator().ValidateAsync(command)).IsValid);
    }

    private static async Task<FailureKind?> ProblemAsync(string? filename, params (string Field, string? Value)[] changes)
    {
        await using var file = new AbcFile();
        var command = new UploadPackage.Command(null, null, FormOf(filename, changes), file);
        var result = await new UploadPackage.Validator().ValidateAsync(command);

        return result.IsValid ? null : result.Errors[0].CustomState as FailureKind? ?? FailureKind.Invalid;
    }

    private static async Task<string> SentenceAsync(params (string Field, string? Value)[] changes)
    {
        await using var file = new AbcFile();
        var command = new UploadPackage.Command(null, null, FormOf("my_demo-1.0-py3-none-any.whl", changes), file);
        var result = await new UploadPackage.Validator().ValidateAsync(command);

        return result.IsValid ? "" : result.Errors[0].ErrorMessage;
    }

    private static UploadForm FormOf(string? filename, params (string Field, string? Value)[] changes)
    {
        var fields = new Dictionary<string, string>(Good);
        foreach (var (field, value) in changes)
        {
            fields.Remove(field);
            if (value is not null)
            {
                fields.Add(field, value);
            }
        }

        return new UploadForm(filename, [.. fields]);
    }

    /// <summary>A staged file of the three bytes «abc».</summary>
    private sealed class AbcFile : StagedFile
    {
        public override string Path => throw new NotSupportedException();

        public override long Length => 3;

        public override Sha256Digest Sha256 => throw new NotSupportedException();

        public override Task<string> GetDigestAsync(DigestAlgorithm algorithm, CancellationToken cancellationToken) => Task.FromResult(algorithm switch
        {
            DigestAlgorithm.Md5 => "900150983cd24fb0d6963f7d28e17f72",
            DigestAlgorithm.Sha256 => "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            DigestAlgorithm.Blake2b512 => "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
            _ => "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319",
        });

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
