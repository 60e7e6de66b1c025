using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Unit.Infrastructure.Toml;

public class TomlWriterTests
{
    [Fact]
    public void A_document_is_written_values_first_then_tables()
    {
        var song = new TomlTable();
        song.Add("name", "Été \"1\"\\\t\u0001\u007f\u2028😀");
        song.Add("length", new TomlTable());
        var songs = new TomlArray();
        songs.Add(song);
        songs.Add(new TomlTable());
        var inner = new TomlTable();
        inner.Add("", false);
        var list = new TomlArray();
        list.Add(1L);
        list.Add(inner);
        list.Add(new TomlArray());
        var table = new TomlTable();
        table.Add("songs", songs);
        table.Add("list", list);
        var document = new TomlTable();
        document.Add("a b", table);
        document.Add("float", 1d);
        document.Add("big", 1e300);
        document.Add("date", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(-5)));
        document.Add("blank", new TomlArray());

        var text = TomlWriter.Write(document);

        Assert.Equal(
            """
            float = 1.0
            big = 1E+300
            date = 2026-01-02T03:04:05-05:00
            blank = []

            ["a b"]
            list = [1, { "" = false }, []]
            [["a b".songs]]
            name = "Été \"1\"\\\t\u0001\u007F
            """ + "\u2028😀\"\n" + """

            ["a b".songs.length]
            [["a b".songs]]

            """,
            text);
    }

    [Fact]
    public void The_first_header_has_no_empty_line_before_it()
    {
        var document = new TomlTable();
        document.Add("local", new TomlTable());

        Assert.Equal("[local]\n", TomlWriter.Write(document));
    }

    [Fact]
    public void Any_string_reads_back_equal_as_value_and_as_key()
    {
        var strings = Gen.OneOf(Hostile.Strings, ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""));

        Prop.ForAll(strings.ToArbitrary(), text => ReadsBack(text)).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }

    [Fact]
    public void Every_single_character_reads_back_equal()
    {
        var wrong = Enumerable.Range(0, char.MaxValue + 1).Where(code => !ReadsBack($"{(char)code}"));

        Assert.Empty(wrong);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_written_as_the_replacement_character()
    {
        var document = new TomlTable();
        document.Add("a", "x\ud83d\"\ude00\ud83d\ude00\ude00");

        Assert.Equal("a = \"x\ufffd\\\"\ufffd😀\ufffd\"\n", TomlWriter.Write(document));
    }

    [Fact]
    public void Any_document_reads_back_equal()
    {
        Prop.ForAll(Documents(depth: 4).ToArbitrary(), document =>
        {
            var read = TomlReader.TryRead(TomlWriter.Write(document), out var again, out _);
            return read && TaggedJson.Of(document).ToJsonString() == TaggedJson.Of(again!).ToJsonString();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
    }

    [Fact]
    public void What_the_reader_would_refuse_as_too_deep_is_not_written()
    {
        var tables = new TomlTable();
        var arrays = new TomlArray();
        for (var depth = 0; depth < TomlReader.MaxDepth; depth++)
        {
            var outerTable = new TomlTable();
            outerTable.Add("k", tables);
            tables = outerTable;
            var outerArray = new TomlArray();
            outerArray.Add(arrays);
            arrays = outerArray;
        }

        var tooDeepValue = new TomlTable();
        tooDeepValue.Add("k", arrays);
        var tooDeepTable = new TomlTable();
        tooDeepTable.Add("k", tables);

        Assert.True(TomlReader.TryRead(TomlWriter.Write(tables), out _, out _));
        Assert.Throws<InvalidOperationException>(() => TomlWriter.Write(tooDeepTable));
        Assert.Throws<InvalidOperationException>(() => TomlWriter.Write(tooDeepValue));
    }

    private static bool ReadsBack(string text)
    {
        var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        var table = new TomlTable();
        table.Add(text, text);
        var document = new TomlTable();
        document.Add(text, table);

        return TomlReader.TryRead(TomlWriter.Write(document), out var again, out _)
            && again.TryGetValue(expected, out var header) && header.Content is TomlTable inner
            && inner.TryGetValue(expected, out var value) && expected.Equals(value.Content);
    }

    private static Gen<TomlTable> Documents(int depth) =>
        from count in Gen.Choose(0, 6)
        from keys in Hostile.Strings.ListOf(count)
        from values in Values(depth).ListOf(count)
        select Table(keys.Distinct().Zip(values));

    private static TomlTable Table(IEnumerable<(string Key, TomlValue Value)> pairs)
    {
        var table = new TomlTable();
        foreach (var (key, value) in pairs)
        {
            table.Add(key, value);
        }

        return table;
    }

    private static Gen<TomlValue> Values(int depth)
    {
        var scalars = Gen.OneOf(
            Hostile.Strings.Select(text => (TomlValue)text),
            ArbMap.Default.GeneratorFor<long>().Select(number => (TomlValue)number),
            ArbMap.Default.GeneratorFor<double>().Select(number => (TomlValue)number),
            ArbMap.Default.GeneratorFor<bool>().Select(flag => (TomlValue)flag),
            ArbMap.Default.GeneratorFor<DateTime>().Select(time => (TomlValue)DateTime.SpecifyKind(time, DateTimeKind.Unspecified)),
            ArbMap.Default.GeneratorFor<DateTime>().Select(time => (TomlValue)new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Unspecified), TimeSpan.FromMinutes(90))),
            ArbMap.Default.GeneratorFor<DateTime>().Select(time => (TomlValue)DateOnly.FromDateTime(time)),
            ArbMap.Default.GeneratorFor<DateTime>().Select(time => (TomlValue)TimeOnly.FromDateTime(time)));
        if (depth == 0)
        {
            return scalars;
        }

        return Gen.Frequency(
            (4, scalars),
            (2, Documents(depth - 1).Select(table => (TomlValue)table)),
            (1, Arrays(Values(depth - 1))),
            (1, Arrays(Documents(depth - 1).Select(table => (TomlValue)table))));
    }

    private static Gen<TomlValue> Arrays(Gen<TomlValue> elements) =>
        from count in Gen.Choose(0, 4)
        from content in elements.ListOf(count)
        select Array(content);

    private static TomlValue Array(IEnumerable<TomlValue> elements)
    {
        var array = new TomlArray();
        foreach (var element in elements)
        {
            array.Add(element);
        }

        return array;
    }
}
