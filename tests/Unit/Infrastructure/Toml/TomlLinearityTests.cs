using System.Text;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Unit.Infrastructure.Toml;

/// <summary>
/// Time and memory grow with the length of a document and no faster. Memory is counted: four times the text may allocate five times as much,
/// where the square would be sixteen times. Time has no figure here: even a vectorised scan of all that went before, once per element, does not
/// get through 4 MB within the patience of this test.
/// </summary>
public class TomlLinearityTests
{
    private const int Small = 64_000;
    private const int Large = 4_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly Dictionary<string, Func<int, string>> Shapes = new()
    {
        ["keys of one table"] = size => Lines(size, i => $"k{i} = {i}"),
        ["keys of one inline table on one line"] = size => "t = {" + Lines(size, i => $"k{i}={i},", "") + "}",
        ["dotted keys"] = size => Lines(size, i => $"a.b{i / 10}.c{i} = 1"),
        ["dotted keys deep down"] = size => Lines(size, i => string.Concat(Enumerable.Repeat("a.", 99)) + $"k{i} = 1"),
        ["headers"] = size => Lines(size, i => $"[t{i}]"),
        ["headers deep down"] = size => Lines(size, i => "[" + string.Concat(Enumerable.Repeat("a.", 99)) + $"k{i}]"),
        ["tables of an array"] = size => Lines(size, i => "[[t]]"),
        ["tables of an array with subtables"] = size => Lines(size, i => "[[t]]\n[t.u]\n[[t.v]]\n[[t.v]]"),
        ["an array on one line"] = size => "a = [" + Lines(size, i => "1,", "") + "]",
        ["an array on many lines, with comments"] = size => "a = [" + Lines(size, i => "'é', # é") + "]",
        ["nested arrays"] = size => Lines(size, i => $"a{i} = {new string('[', 100)}{new string(']', 100)}"),
        ["nested inline tables"] = size => Lines(size, i => $"a{i} = " + string.Concat(Enumerable.Repeat("{b=", 100)) + "1" + new string('}', 100)),
        ["brackets that never close"] = size => "a = " + new string('[', size),
        ["braces that never close"] = size => "a = " + string.Concat(Enumerable.Repeat("{b=", size / 3)),
        ["a key of many parts"] = size => string.Concat(Enumerable.Repeat("a.", size / 2)) + "b = 1",
        ["a string of escapes"] = size => "a = \"" + string.Concat(Enumerable.Repeat("\\\\", size / 2)) + "\"",
        ["a string of escapes and characters"] = size => "a = \"" + string.Concat(Enumerable.Repeat("\\u00e9é", size / 8)) + "\"",
        ["a string that never closes"] = size => "a = \"" + new string('x', size),
        ["a block of quotes"] = size => "a = '''" + string.Concat(Enumerable.Repeat("''x", size / 3)) + "'''",
        ["a block of lines"] = size => "a = '''" + Lines(size, i => "é") + "'''",
        ["a block of continued lines"] = size => "a = \"\"\"" + string.Concat(Enumerable.Repeat("\\  \n", size / 4)) + "\"\"\"",
        ["continued lines with blanks at their ends, and an array"] =
            size => "a = [\"\"\"" + string.Concat(Enumerable.Repeat("\\ \nx", size / 8)) + "\"\"\"," + string.Concat(Enumerable.Repeat("1,", size / 4)) + "]",
        ["a long key"] = size => new string('k', size) + " = 1",
        ["a duplicate of a long key"] = size => new string('k', size / 2) + " = 1\n" + new string('k', size / 2) + " = 1",
        ["a long integer"] = size => "a = " + new string('1', size),
        ["a long float"] = size => "a = 0." + string.Concat(Enumerable.Repeat("1_", size / 2)) + "1",
        ["a long fraction of a second"] = size => "a = 00:00:00." + new string('1', size),
        ["a long comment"] = size => "#" + new string('é', size / 2),
        ["empty lines"] = size => new string('\n', size),
        ["blanks"] = size => new string(' ', size),
        ["many short strings on one line"] = size => "a = [" + Lines(size, i => "\"\\n\",", "") + "]",
    };

    public static TheoryData<string> Names => [.. Shapes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Reading_allocates_in_proportion_and_ends(string shape)
    {
        var small = Encoding.UTF8.GetBytes(Shapes[shape](Small));
        var fourfold = Encoding.UTF8.GetBytes(Shapes[shape](4 * Small));
        var large = Encoding.UTF8.GetBytes(Shapes[shape](Large));
        AllocatedBy(small);

        var (once, fourTimes) = (AllocatedBy(small), AllocatedBy(fourfold));
        Assert.True(fourTimes <= (5 * once) + 10_000, $"{small.Length} bytes allocate {once}, {fourfold.Length} bytes {fourTimes}.");

        await Task.Run(() => AllocatedBy(large)).WaitAsync(Patience);
    }

    [Theory]
    [InlineData("a = \"", "\\q")]
    [InlineData("a = \"", "\\UFFFFFFFF")]
    [InlineData("a = \"\"\"", "\\q\n")]
    [InlineData("a = '", "\n")]
    [InlineData("a = 1", "_")]
    [InlineData("a = 0x", "_")]
    [InlineData("a = 2026-01-02T", "_")]
    [InlineData("# ", "\u0001")]
    public void An_error_that_is_repeated_allocates_no_more_than_the_text(string before, string error)
    {
        var document = Encoding.UTF8.GetBytes(before + string.Concat(Enumerable.Repeat(error, Large / error.Length)));

        Assert.InRange(AllocatedBy(document), 0, 4 * document.Length);
    }

    [Fact]
    public async Task Writing_allocates_in_proportion_and_ends()
    {
        static TomlTable Document(int tables)
        {
            var array = new TomlArray();
            for (var i = 0; i < tables; i++)
            {
                var inner = new TomlTable();
                inner.Add("text", "\"é\n\u0001" + new string('x', 40));
                var table = new TomlTable();
                table.Add("number", i);
                table.Add("inner", inner);
                array.Add(table);
            }

            var document = new TomlTable();
            document.Add("tables", array);
            document.Add("long", new string('\\', 20 * tables));
            return document;
        }

        static long Written(TomlTable document)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            TomlWriter.Write(document);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Written(Document(10));

        var (once, fourTimes) = (Written(Document(1_000)), Written(Document(4_000)));
        Assert.True(fourTimes <= 5 * once, $"1,000 tables allocate {once}, 4,000 tables {fourTimes}.");

        await Task.Run(() => Written(Document(100_000))).WaitAsync(Patience);
    }

    private static long AllocatedBy(byte[] document)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        TomlReader.TryRead(document, out _, out _);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string Lines(int size, Func<int, string> line, string end = "\n")
    {
        var text = new StringBuilder();
        for (var i = 0; text.Length < size; i++)
        {
            text.Append(line(i)).Append(end);
        }

        return text.ToString();
    }
}
