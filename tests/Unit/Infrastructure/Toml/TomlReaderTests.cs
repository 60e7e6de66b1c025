using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Unit.Infrastructure.Toml;

public class TomlReaderTests
{
    private const string NoScalar = "not a number (64 bits), date or time (years 1 to 9999) as TOML writes it; a string needs quotes";
    private const string NoControl = "this control character is not allowed; in a string it needs an escape";

    public static TheoryData<string, string> Errors => new()
    {
        { "a", "1:2: expected \"=\" after the key" },
        { "a =", "1:4: expected a value" },
        { "a = s3cret", "1:5: expected a value; a string needs quotes" },
        { "a = \"s3cret", "1:5: this string is not closed" },
        { "a = \"s3cret\nb = 1", "1:5: this string is not closed" },
        { "a = 's3cret\r\n'", "1:5: this string is not closed" },
        { "a = '''s3cret\n\n''", "1:5: this string is not closed" },
        { "a = \"s3\\cret\"", "1:8: unknown escape; a backslash itself is written \\\\" },
        { "a = \"s3\\", "1:8: unknown escape; a backslash itself is written \\\\" },
        { "a = \"\\uD83D\"", "1:6: \\u needs 4 hexadecimal digits that name a Unicode character" },
        { "a = \"\\U00110000\"", "1:6: \\U needs 8 hexadecimal digits that name a Unicode character" },
        { "a = \"\\x4\"", "1:6: \\x needs 2 hexadecimal digits that name a Unicode character" },
        { "a = \"\0\"", $"1:6: {NoControl}" },
        { "a = \"\"\"\n\n x\ry\"\"\"", $"3:3: {NoControl}" },
        { "a = 1 # \u007f", $"1:9: {NoControl}" },
        { "a = 1\rb = 2", $"1:6: {NoControl}" },
        { "a = 1\0", $"1:6: {NoControl}" },
        { "\0", $"1:1: {NoControl}" },
        { "\u00a0a = 1", "1:1: expected a key; one with other characters than A-Z a-z 0-9 _ - needs quotes" },
        { "clé = 1", "1:3: expected \"=\" after the key" },
        { "'😀' = '😀' '😀'", "1:11: expected the end of the line" },
        { "\uFEFF\uFEFF", "1:1: expected a key; one with other characters than A-Z a-z 0-9 _ - needs quotes" },
        { "a = 1\r\n\r\na = 2", "3:1: duplicate key \"a\", first at 1:1" },
        { "\"a\\u0007\" = 1\na = 1\n\"a\\u0007\" = 2", "3:1: duplicate key \"a\\u0007\", first at 1:1" },
        { "[a]\n[a]", "2:2: \"a\" is already defined at 1:2" },
        { "a = {}\n[a.b]", "2:2: \"a\" is complete since 1:1, a header cannot add to it" },
        { "a = {}\na.b = 1", "2:1: \"a\" is complete since 1:1, a dotted key cannot add to it" },
        { "[a.b]\n[[a]]", "2:3: \"a\" is already defined at 1:2, and not as an array of tables" },
        { "a = [1, # one\n2 3]", "2:3: expected \",\" or \"]\"" },
        { "a = {b = 1", "1:11: expected \",\" or \"}\"" },
        { "[a", "1:3: expected \"]\" after the name of a table" },
        { "[[a]", "1:4: expected \"]]\" after the name of an array of tables" },
        { "a = 9223372036854775808", $"1:5: {NoScalar}" },
        { "a = 0x8000000000000000", $"1:5: {NoScalar}" },
        { "a = 012", $"1:5: {NoScalar}" },
        { "a = 1__2", $"1:5: {NoScalar}" },
        { "a = 2026-02-29", $"1:5: {NoScalar}" },
        { "a = 23:59:60", $"1:5: {NoScalar}" },
        { "a = 2026-01-01T00:00:00+15:00", $"1:5: {NoScalar}" },
        { "a = 0001-01-01T00:00:00+01:00", $"1:5: {NoScalar}" },

        // What Tomlyn's lexer lets pass.
        { "a = 18446744073709551615", $"1:5: {NoScalar}" },
        { "a = 0b1" + new string('0', 63), $"1:5: {NoScalar}" },
        { "a = 1_979-05-27", $"1:5: {NoScalar}" },
        { "a = \"s3\\\ncret\"", "1:8: unknown escape; a backslash itself is written \\\\" },
        { "a = \"s3\\\tcret\"", "1:8: unknown escape; a backslash itself is written \\\\" },
        { "a = \"\"\"\n\\\\\\\t \tcret\n\"\"\"", "2:3: unknown escape; a backslash itself is written \\\\" },
        { "a = 1\n\uFEFFb = 2", "2:1: expected a key; one with other characters than A-Z a-z 0-9 _ - needs quotes" },

        // Where it throws.
        { "a = \"s3cret\\UFFFFFFFF\"", "1:12: \\U needs 8 hexadecimal digits that name a Unicode character" },
        { "a = \"s3cret\n\\", "1:5: this string is not closed" },
        { "a = \"\\ s3cret\\x4", "1:6: unknown escape; a backslash itself is written \\\\" },
        { "'a' = 1\n\"s3cret\\U0000", "2:8: \\U needs 8 hexadecimal digits that name a Unicode character" },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void An_error_says_what_and_where_and_quotes_no_value(string document, string expected)
    {
        Assert.False(TomlReader.TryRead(document, out var table, out var error));

        Assert.Null(table);
        Assert.Equal(expected, error.ToString());
        Assert.DoesNotContain("s3cret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_UTF_8_is_an_error_where_it_stands()
    {
        Assert.False(TomlReader.TryRead([.. "é = 1\n# é"u8, 0xC3, (byte)'\n'], out _, out var error));

        Assert.Equal("2:4: the document is not valid UTF-8", error.ToString());
    }

    [Fact]
    public void Half_a_surrogate_pair_is_an_error_where_it_stands()
    {
        Assert.False(TomlReader.TryRead("x = 1\na = '😀\ude00'", out _, out var error));

        Assert.Equal("2:7: half a surrogate pair is not a character", error.ToString());
    }

    [Fact]
    public void A_key_in_an_error_is_cut_when_it_is_long()
    {
        var key = new string('k', 100_000);

        Assert.False(TomlReader.TryRead($"{key} = 1\n{key} = 2", out _, out var error));

        Assert.Equal($"2:1: duplicate key \"{new string('k', 80)}…\", first at 1:1", error.ToString());
    }

    [Fact]
    public void A_byte_order_mark_is_no_column()
    {
        Assert.True(TomlReader.TryRead("\uFEFFa = 1", out var document, out _));

        Assert.True(document.TryGetValue("a", out var value));
        Assert.Equal(new TomlPosition(1, 1), value.KeyPosition);
    }

    [Fact]
    public void Every_key_and_value_knows_its_place()
    {
        const string text = """
            'é'.b = 1
            [t . u]
              list = [ 1,
                { k = '''
            ''', x.y = 2 } ]
            [[a]]
            z = 1
            """;
        Assert.True(TomlReader.TryRead(text.ReplaceLineEndings("\r\n"), out var document, out _));

        Assert.Equal(
            [
                "é 1:1 1:1", "é/b 1:5 1:9",
                "t 2:2 2:2", "t/u 2:6 2:6", "t/u/list 3:3 3:10", "t/u/list/0 3:12 3:12", "t/u/list/1 4:5 4:5",
                "t/u/list/1/k 4:7 4:11", "t/u/list/1/x 5:6 5:6", "t/u/list/1/x/y 5:8 5:12",
                "a 6:3 6:3", "a/0 6:3 6:3", "a/0/z 7:1 7:5",
            ],
            Places(document, ""));
    }

    [Fact]
    public void Keys_keep_their_order()
    {
        Assert.True(TomlReader.TryRead("z = 1\n[b]\n[a]\n[b.y]\n[c]\n", out var document, out _));

        Assert.Equal(["z", "b", "a", "c"], document.Select(pair => pair.Key));
    }

    [Fact]
    public void A_table_may_get_its_header_after_its_subtables_and_dotted_keys_when_only_implied()
    {
        Assert.True(TomlReader.TryRead("[a.b.c]\n[a]\nb.x = 1\n[a.b.d]", out _, out var error), error?.ToString());
        Assert.False(TomlReader.TryRead("[a.b.c]\n[a]\nb.x = 1\n[a.b]", out _, out error));

        Assert.Equal("4:4: \"b\" is already defined at 1:4", error.ToString());
    }

    [Fact]
    public void A_block_has_line_feeds_whatever_the_document_has()
    {
        Assert.True(TomlReader.TryRead("a = \"\"\"\r\nx\r\ny\\\r\n  z\"\"\"", out var document, out _));

        Assert.True(document.TryGetValue("a", out var value));
        Assert.Equal("x\nyz", value.Content);
    }

    [Fact]
    public void A_fraction_of_a_second_is_cut_after_the_seventh_digit()
    {
        Assert.True(TomlReader.TryRead("a = 00:00:00.12345678999", out var document, out _));

        Assert.True(document.TryGetValue("a", out var value));
        Assert.Equal(new TimeOnly(1_234_567), value.Content);
    }

    [Fact]
    public void A_number_may_have_a_thousand_characters()
    {
        Assert.True(TomlReader.TryRead("a = 0." + new string('1', 997) + "\n", out _, out var error), error?.ToString());
        Assert.False(TomlReader.TryRead("a = 0." + new string('1', 1_000) + "\n", out _, out error));

        Assert.Equal($"1:5: {NoScalar}", error.ToString());
    }

    [Fact]
    public void U_FFFD_is_a_character_like_another()
    {
        Assert.True(TomlReader.TryRead("# \uFFFD\n'\uFFFD' = \"\uFFFD\\n\uFFFD\"\nb = [ '\uFFFD', 1 ]", out var document, out var error), error?.ToString());

        Assert.Equal(["\uFFFD 2:1 2:7", "b 3:1 3:5", "b/0 3:7 3:7", "b/1 3:12 3:12"], Places(document, ""));
        Assert.True(document.TryGetValue("\uFFFD", out var value));
        Assert.Equal("\uFFFD\n\uFFFD", value.Content);
    }

    [Fact]
    public void Blanks_may_stand_between_a_backslash_and_the_end_of_its_line()
    {
        Assert.True(TomlReader.TryRead("a = \"\"\"x\\ \ny\\\t\n z\\\\\tw\"\"\"", out var document, out var error), error?.ToString());

        Assert.True(document.TryGetValue("a", out var value));
        Assert.Equal("xyz\\\tw", value.Content);
    }

    [Theory]
    [InlineData("a = [\n  1,\n  { b = '''\nx''' },\n]\n[c] # é\nd = 2")]
    [InlineData("a = \"\"\"\\ \n\n  x\n\"\"\"\n[[c]]\nd = '''\r\n\r\n'''")]
    [InlineData("a = {\n  b.c = 'é', # é\n  d = 1,\n}\n'e' = 1")]
    [InlineData("a = [\n  1,\n  2 3\n]")]
    [InlineData("a = '''\n\n")]
    [InlineData("a = \"\"\"\n\\q\n\"\"\"\nb = 1")]
    [InlineData("a = 'x\n\nb = '")]
    public void A_statement_of_many_lines_reads_the_same_wherever_it_is_in_a_long_document(string statement)
    {
        const int lines = 500;
        var expected = Read("", statement);
        for (var length = 32_700; length < 32_800; length++)
        {
            Assert.Equal(expected, Read(string.Concat(Enumerable.Repeat("#\n", lines - 1)) + "#" + new string('x', length - (2 * lines)) + "\n", statement));
        }

        static string Read(string before, string statement)
        {
            var read = TomlReader.TryRead(before + statement, out var document, out var error);
            var linesBefore = before.Count(character => character == '\n');
            return read
                ? string.Join('\n', Places(document!, "", linesBefore)) + TaggedJson.Of(document!)
                : $"{error!.Position.Line - linesBefore}:{error.Position.Column}: {error.Message}";
        }
    }

    [Fact]
    public void Tables_of_a_long_array_are_passed_on_when_they_are_complete()
    {
        const string text = "a = 1\n[[t]]\nx = 1\n[t.u]\ny = 2\n[b]\n[t.v]\n[[t]]\nx = 3\n[c]\n[[t]]\nx = 4\n[d]";
        var taken = new List<string>();

        Assert.True(TomlReader.TryRead(Encoding.UTF8.GetBytes(text), "t", table => taken.Add($"{table.KeyPosition} {TomlWriter.Inline(table)}"), out var document, out _));

        Assert.Equal(["2:3 { x = 1, u = { y = 2 }, v = { } }", "8:3 { x = 3 }"], taken);
        Assert.Equal("{ a = 1, t = [{ x = 4 }], b = { }, c = { }, d = { } }", TomlWriter.Inline(document));
    }

    [Theory]
    [InlineData("[", "]", "")]
    [InlineData("{a=", "}", "1")]
    public void Values_nest_to_the_limit_and_no_deeper(string open, string close, string core)
    {
        string Nested(int depth) => "x = " + string.Concat(Enumerable.Repeat(open, depth)) + core + string.Concat(Enumerable.Repeat(close, depth));

        Assert.True(TomlReader.TryRead(Nested(TomlReader.MaxDepth), out _, out var error), error?.ToString());
        Assert.False(TomlReader.TryRead(Nested(TomlReader.MaxDepth + 1), out _, out error));

        Assert.Equal($"1:{5 + (TomlReader.MaxDepth * open.Length)}: nested deeper than 100 levels", error.ToString());
    }

    [Theory]
    [InlineData("", " = 1")]
    [InlineData("[", "]")]
    [InlineData("[[", "]]")]
    [InlineData("[a.b]\n", " = {c.d = []}")]
    public void Keys_nest_to_the_limit_and_no_deeper(string before, string after)
    {
        string Nested(int parts) => before + string.Join('.', Enumerable.Repeat("k", parts)) + after;

        var fits = Enumerable.Range(1, 200).Last(parts => TomlReader.TryRead(Nested(parts), out _, out _));
        Assert.False(TomlReader.TryRead(Nested(fits + 1), out _, out var error));

        Assert.InRange(fits, TomlReader.MaxDepth - 5, TomlReader.MaxDepth + 1);
        Assert.EndsWith("nested deeper than 100 levels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_cut_anywhere_gives_an_answer()
    {
        var document = Encoding.UTF8.GetBytes("""
            a.'b'."c" = "é\u00e9" # 😀
            [t] # x
            d = 2026-01-02 03:04:05.678+01:00
            e = [ -1_0, 1.5e+3, 0xff, inf, { f = true, } ]
            [[u]]
            g = '''
            x'''
            h = 'y'
            """);
        for (var length = 0; length <= document.Length; length++)
        {
            var read = TomlReader.TryRead(document.AsSpan(0, length), out var table, out var error);

            Assert.Equal(read, table is not null);
            Assert.Equal(read, error is null);
        }
    }

    [Fact]
    public void Any_bytes_give_an_answer()
    {
        var tokens = new[] { "[", "]", "{", "}", "=", ",", ".", "\"", "'", "\"\"\"", "'''", "#", "\\", "\n", "\r\n", "\r", " ", "a", "b", "1", "-", ":", "_", "e", "2026-01-02", "\0", "é", "\uFEFF" };
        var documents = Gen.Elements(tokens).ArrayOf().Select(string.Concat).ToArbitrary();

        Prop.ForAll(documents, document => TomlReader.TryRead(document, out _, out var error) == (error is null))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
        Prop.ForAll<byte[]>(bytes => TomlReader.TryRead(bytes, out _, out var error) == (error is null))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
    }

    private static IEnumerable<string> Places(TomlValue parent, string path, int linesBefore = 0)
    {
        var children = parent.Content switch
        {
            TomlTable table => table,
            TomlArray array => array.Select((element, index) => KeyValuePair.Create($"{index}", element)),
            _ => [],
        };
        string Place(TomlPosition position) => $"{position with { Line = position.Line - linesBefore }}";
        return children.SelectMany(child => Places(child.Value, $"{path}{child.Key}/", linesBefore)
            .Prepend($"{path}{child.Key} {Place(child.Value.KeyPosition)} {Place(child.Value.Position)}"));
    }
}
