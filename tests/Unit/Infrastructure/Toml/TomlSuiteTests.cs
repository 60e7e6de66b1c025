using System.Text.Json.Nodes;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Unit.Infrastructure.Toml;

/// <summary>The toml-test suite (https://github.com/toml-lang/toml-test), its part for TOML 1.1.0.</summary>
public class TomlSuiteTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Vectors", "toml-test");

    public static TheoryData<string> Valid => Documents("valid/");

    public static TheoryData<string> Invalid => Documents("invalid/");

    [Fact]
    public void The_whole_suite_is_here()
    {
        Assert.Equal(220, Valid.Count);
        Assert.Equal(492, Invalid.Count);
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void A_valid_document_means_what_the_suite_says(string name)
    {
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, Path.ChangeExtension(name, ".json"))));

        var read = TomlReader.TryRead(File.ReadAllBytes(Path.Combine(Folder, name)), out var document, out var error);

        Assert.True(read, error?.ToString());
        Assert.Equal(TaggedJson.Normalize(expected!).ToJsonString(), TaggedJson.Of(document!).ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void A_valid_document_reads_back_equal_after_it_was_written(string name)
    {
        Assert.True(TomlReader.TryRead(File.ReadAllBytes(Path.Combine(Folder, name)), out var document, out _));

        var text = TomlWriter.Write(document);

        Assert.True(TomlReader.TryRead(text, out var again, out var error), error?.ToString());
        Assert.Equal(TaggedJson.Of(document).ToJsonString(), TaggedJson.Of(again).ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void An_invalid_document_is_refused_at_a_place_that_it_has(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, name));

        var read = TomlReader.TryRead(bytes, out _, out var error);

        Assert.False(read);
        Assert.NotEmpty(error!.Message);
        var lines = bytes.AsSpan().Count((byte)'\n') + 1;
        Assert.InRange(error.Position.Line, 1, lines);
        Assert.InRange(error.Position.Column, 1, bytes.Length + 1);
    }

    private static TheoryData<string> Documents(string prefix) =>
        [.. File.ReadLines(Path.Combine(Folder, "files-toml-1.1.0")).Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".toml", StringComparison.Ordinal))];
}
