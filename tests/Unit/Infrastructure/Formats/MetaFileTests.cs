using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using PyWharf.Infrastructure.Formats;
using PyWharf.Unit.Infrastructure.Toml;

namespace PyWharf.Unit.Infrastructure.Formats;

public sealed class MetaFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pywharf-meta-").FullName;

    [Fact]
    public void A_form_is_written_as_the_original_writes_it()
    {
        var written = MetaFile.Write([new("name", "foo"), new(":action", "file_upload"), new("summary", "\"é\"\n"), new("comment", "")]);

        Assert.Equal("name = \"foo\"\n\":action\" = \"file_upload\"\nsummary = \"\\\"é\\\"\\n\"\ncomment = \"\"\n", Encoding.UTF8.GetString(written));
    }

    [Fact]
    public void Any_form_reads_back_in_its_order()
    {
        var forms = Hostile.Strings.ArrayOf().Select(names => names.Distinct().Select((name, i) => KeyValuePair.Create(name, names[i])).ToArray());

        Prop.ForAll(forms.ToArbitrary(), form =>
            MetaFile.TryRead(MetaFile.Write(form), "x", out var fields, out _) && fields.SequenceEqual(form))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
    }

    [Fact]
    public void A_name_that_stands_twice_is_a_bug()
    {
        Assert.Throws<ArgumentException>(() => MetaFile.Write([new("a", "1"), new("a", "2")]));
    }

    [Fact]
    public void What_is_no_string_becomes_one()
    {
        Assert.True(MetaFile.TryRead("a = 1\nb = [true, 'x']\n[c]\nd = 1.5"u8, "x", out var fields, out _));

        Assert.Equal(["a=1", "b=[true, \"x\"]", "c={ d = 1.5 }"], fields.Select(field => $"{field.Key}={field.Value}"));
    }

    [Fact]
    public void A_document_that_is_no_TOML_has_a_problem_with_its_place()
    {
        Assert.False(MetaFile.TryRead("a = \"1\"\nb = \"C:\\dir\""u8, "foo-1.0.whl.meta", out var fields, out var problem));

        Assert.Null(fields);
        Assert.Equal("foo-1.0.whl.meta:2:8: unknown escape; a backslash itself is written \\\\", problem);
    }

    [Fact]
    public void A_document_that_is_too_long_is_not_read()
    {
        Assert.True(MetaFile.TryRead(DocumentOf(MetaFile.MaxBytes), "x", out _, out _));
        Assert.False(MetaFile.TryRead(DocumentOf(MetaFile.MaxBytes + 1), "x", out _, out var problem));

        Assert.Equal("x: more than 16777216 bytes are not read", problem);
    }

    [Fact]
    public void A_file_is_read()
    {
        var path = Path.Combine(_folder, "a.meta");
        File.WriteAllText(path, "a = 'b'");

        var fields = MetaFile.TryRead(path, out var problem);

        Assert.Null(problem);
        Assert.Equal("b", fields?["a"]);
    }

    [Fact]
    public void A_file_that_is_not_there_is_no_problem()
    {
        Assert.Null(MetaFile.TryRead(Path.Combine(_folder, "a.meta"), out var problem));
        Assert.Null(problem);
        Assert.Null(MetaFile.TryRead(Path.Combine(_folder, "none", "a.meta"), out problem));
        Assert.Null(problem);
    }

    [Fact]
    public void A_file_that_cannot_be_read_or_is_broken_or_too_long_is_a_problem()
    {
        var path = Path.Combine(_folder, "a.meta");

        Assert.Null(MetaFile.TryRead(_folder, out var problem));
        Assert.NotNull(problem);

        File.WriteAllBytes(path, []);
        Assert.Equal(0, MetaFile.TryRead(path, out problem)?.Count);
        Assert.Null(problem);

        File.WriteAllText(path, "a = ");
        Assert.Null(MetaFile.TryRead(path, out problem));
        Assert.Equal($"{path}:1:5: expected a value", problem);

        File.WriteAllBytes(path, DocumentOf(MetaFile.MaxBytes + 1));
        Assert.Null(MetaFile.TryRead(path, out problem));
        Assert.Equal($"{path}: more than 16777216 bytes are not read", problem);
    }

    [PythonTomlFact]
    public async Task What_is_written_is_what_the_library_of_the_original_reads()
    {
        KeyValuePair<string, string>[] form =
        [
            new("name", "foo"), new(":action", "file_upload"), new("a.b", "dot"), new("größe", "umlaut"), new("", "no name"), new("uploaded_by", "write secret"), new("description", "\"\"\"x\\y\u001b#=\r\n'"),
        ];

        var output = await PythonTomlFactAttribute.RunAsync(
            "import json, sys, toml; print(json.dumps(toml.loads(sys.stdin.read())))", Encoding.UTF8.GetString(MetaFile.Write(form)));

        Assert.Equal(form, JsonSerializer.Deserialize<Dictionary<string, string>>(output)!);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static byte[] DocumentOf(int length)
    {
        var document = new byte[length];
        Array.Fill(document, (byte)' ');
        return document;
    }
}
