using System.Buffers;
using System.Text.Json;
using FsCheck.Fluent;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Unit.Infrastructure.Toml;

/// <summary>What this server writes, the original reads; what the original writes, this server reads.</summary>
public class PythonTomlTests
{
    private static readonly SearchValues<char> EscapedByNumber =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Append(0x7F).Select(code => (char)code).Except("\b\t\n\f\r")]);

    [PythonTomlFact]
    public async Task Any_string_is_read_back_equal_by_the_library_of_the_original()
    {
        var single = Enumerable.Range(0, 0x3000).Where(code => !char.IsSurrogate((char)code)).Select(code => $"{(char)code}");
        var strings = single.Concat(Hostile.Strings.Sample(5_000)).Where(text => !IsBeyondTheLibrary(text)).ToArray();
        var documents = strings.Select(text => TomlWriter.Write(DocumentOf(text))).ToArray();

        var output = await PythonTomlFactAttribute.RunAsync(
            """
            import json, sys, toml
            def read(document):
                try:
                    return toml.loads(document)["pkgs"][0]["meta"][":action"]
                except Exception as error:
                    return None
            print(json.dumps([read(document) for document in json.load(sys.stdin)]))
            """,
            JsonSerializer.Serialize(documents));

        var read = JsonSerializer.Deserialize<string?[]>(output)!;
        Assert.Equal(strings.Length, read.Length);
        Assert.DoesNotContain(strings.Zip(read), pair => pair.First != pair.Second);
    }

    [PythonTomlFact]
    public async Task What_the_library_of_the_original_writes_is_read_equal_wherever_it_reads_that_itself()
    {
        var strings = Hostile.Strings.Resize(5).Sample(5_000).ToArray();

        var output = await PythonTomlFactAttribute.RunAsync(
            """
            import json, sys, toml
            def write(text):
                try:
                    document = toml.dumps({"mtime": 1, "pkgs": [{"meta": {":action": text}}]})
                    return document if toml.loads(document)["pkgs"][0]["meta"][":action"] == text else None
                except Exception as error:
                    return None
            print(json.dumps([write(text) for text in json.load(sys.stdin)]))
            """,
            JsonSerializer.Serialize(strings));

        var written = strings.Zip(JsonSerializer.Deserialize<string?[]>(output)!).Where(pair => pair.Second is not null).ToArray();
        Assert.InRange(written.Length, 1_000, strings.Length);
        Assert.DoesNotContain(written, pair => Read(pair.Second!) != TaggedJson.Of(DocumentOf(pair.First)).ToJsonString());
    }

    /// <summary>
    /// The library unescapes a \u behind a real \uXXXX, and a \U behind a real \UXXXXXXXX, whatever backslashes stand before it. Control
    /// characters are written with \U where the string has a literal \u, so nothing is left for one with a literal \U behind it.
    /// </summary>
    private static bool IsBeyondTheLibrary(string text)
    {
        var control = text.AsSpan().IndexOfAny(EscapedByNumber);
        return control >= 0 && text.Contains("\\u", StringComparison.Ordinal) && text[control..].Contains("\\U", StringComparison.Ordinal);
    }

    private static TomlTable DocumentOf(string text)
    {
        var meta = new TomlTable();
        meta.Add(":action", text);
        var package = new TomlTable();
        package.Add("meta", meta);
        var packages = new TomlArray();
        packages.Add(package);
        var document = new TomlTable();
        document.Add("mtime", 1);
        document.Add("pkgs", packages);
        return document;
    }

    private static string Read(string text) =>
        TomlReader.TryRead(text, out var document, out var error) ? TaggedJson.Of(document).ToJsonString() : error.ToString();
}
