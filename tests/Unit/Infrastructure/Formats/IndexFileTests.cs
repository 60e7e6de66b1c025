using System.Text;
using System.Text.Json.Nodes;
using FsCheck.Fluent;
using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;
using PyWharf.Support;
using PyWharf.Unit.Infrastructure.Toml;

namespace PyWharf.Unit.Infrastructure.Formats;

public class IndexFileTests
{
    private const string Hex = "d88b3e05c241d071352334d435ce3e98356dd717743b966007bd713f361e8c3d";
    private const string Package = "[[pkgs]]\ntype='github'\ndistrib='a'\npackage='a-1'\next='whl'\n";

    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1_594_491_762);

    public static TheoryData<string, string> Problems => new()
    {
        { "", "index.toml:1:1: \"mtime\" must be a time in seconds since 1970" },
        { "mtime = ", "index.toml:1:9: expected a value" },
        { "pkgs = []", "index.toml:1:1: \"mtime\" must be a time in seconds since 1970" },
        { "mtime = '1'\npkgs = []", "index.toml:1:9: \"mtime\" must be a time in seconds since 1970" },
        { "mtime = 253402300800\npkgs = []", "index.toml:1:9: \"mtime\" must be a time in seconds since 1970" },
        { "mtime = 1", "index.toml:1:1: \"pkgs\" must be an array of tables" },
        { "mtime = 1\npkgs = {}", "index.toml:2:8: \"pkgs\" must be an array of tables" },
        { "mtime = 1\npkgs = [1]", "index.toml:2:9: a package needs type, distrib, package and ext, all of them strings" },
        { "mtime = 1\n[[pkgs]]\ntype='github'", "index.toml:2:3: a package needs type, distrib, package and ext, all of them strings" },
        { "mtime = 1\n[[pkgs]]\ntype='github'\ndistrib='a'\npackage='a-1'\next=1", "index.toml:2:3: a package needs type, distrib, package and ext, all of them strings" },
        { $"mtime = 1\n{Package}url='u'", "index.toml:2:3: a package needs sha256, a string of 64 hexadecimal digits" },
        { $"mtime = 1\n{Package}url='u'\nsha256='abc'", "index.toml:2:3: a package needs sha256, a string of 64 hexadecimal digits" },
        { $"mtime = 1\n{Package}sha256='{Hex}'", "index.toml:2:3: a package needs url or package_path, a string" },
        { $"mtime = 1\n{Package}sha256='{Hex}'\nurl='u'\nmeta='m'", "index.toml:9:6: \"meta\" of a package must be a table" },
        { $"mtime = 1\n{Package}{Package}{Package}", "index.toml:2:3: a package needs sha256, a string of 64 hexadecimal digits" },
        { $"mtime = 1\n{Package}sha256='{Hex}'\nurl='u'\n{Package}{Package}sha256='{Hex}'\nurl='u'", "index.toml:9:3: a package needs sha256, a string of 64 hexadecimal digits" },
        { $"mtime = 1\n{Package}\n{Package}x = ", "index.toml:13:5: expected a value" },
        { $"{Package}\n{Package}", "index.toml:1:1: \"mtime\" must be a time in seconds since 1970" },
        { $"mtime = 1\n{Package}ext='whl'", "index.toml:7:1: duplicate key \"ext\", first at 6:1" },
        { $"mtime = 1\n{Package}[pkgs.meta]\na='1'\n[pkgs.meta]\nb='1'", "index.toml:9:7: \"meta\" is already defined at 7:7" },
        { $"mtime = 1\n{Package}meta.a = '1'\n[pkgs.meta]\nb='1'", "index.toml:8:7: \"meta\" is already defined at 7:1" },
        { $"pkgs = []\nmtime = 1\n{Package}", "index.toml:3:3: \"pkgs\" is already defined at 1:1, and not as an array of tables" },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void A_problem_says_where_and_what(string document, string expected)
    {
        Assert.False(IndexFile.TryRead(Encoding.UTF8.GetBytes(document), "index.toml", out var index, out var problem));

        Assert.Null(index);
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void An_index_of_the_original_is_read_and_written_byte_for_byte()
    {
        var bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", "pywharf", "index-excerpt.toml"));

        var index = Read(bytes);

        Assert.Equal(Time, index.Time);
        Assert.Equal(["pywharf-core", "pywharf-github", "private-pypi-core"], index.Packages.Select(package => package.Distrib));
        var first = index.Packages[0];
        Assert.Equal(("github", "pywharf_core-0.2.2-py3-none-any", "whl", Hex), (first.Type, first.Package, first.Ext, first.Sha256.ToString()));
        Assert.Equal("https://api.github.com/repos/pywharf/pywharf-pkg-repo/releases/assets/22789968", first.Url);
        Assert.Null(first.PackagePath);
        Assert.Equal(28, first.Meta.Count);
        Assert.Equal(KeyValuePair.Create("name", "pywharf-core"), first.Meta[0]);
        Assert.Contains(KeyValuePair.Create(":action", "file_upload"), first.Meta);
        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(Written(index)));
    }

    [RealIndexFact]
    public void A_large_index_of_the_original_is_read_and_written_byte_for_byte()
    {
        var bytes = RealIndexFactAttribute.Read();

        var index = Read(bytes);

        Assert.Equal(42, index.Packages.Count);
        Assert.True(bytes.AsSpan().SequenceEqual(Written(index)));
    }

    [Fact]
    public void A_package_of_the_file_system_has_a_path_and_unknown_keys_are_passed_over()
    {
        var index = Read(Encoding.UTF8.GetBytes(
            $"future = [1]\nmtime = 1\n{Package.Replace("github", "file_system", StringComparison.Ordinal)}sha256='{Hex}'\npackage_path='a/a-1.whl'\nfuture='x'\n"));

        var package = Assert.Single(index.Packages);
        Assert.Equal(("a/a-1.whl", null, 0), (package.PackagePath, package.Url, package.Meta.Count));
    }

    [Fact]
    public void Meta_that_is_no_string_becomes_one()
    {
        var index = Read(Encoding.UTF8.GetBytes($"mtime = 1\n{Package}sha256='{Hex}'\nurl='u'\nmeta = {{a = 1, b = true, c = ['x', 1.5], d = {{e = 2026-01-02}}, f = 'g'}}"));

        Assert.Equal(
            ["a 1", "b true", "c [\"x\", 1.5]", "d { e = 2026-01-02 }", "f g"],
            index.Packages[0].Meta.Select(field => $"{field.Key} {field.Value}"));
    }

    [Fact]
    public void An_empty_index_reads_back()
    {
        var written = Written(new PackageIndex(Time, []));

        Assert.Equal("mtime = 1594491762\npkgs = []\n", Encoding.UTF8.GetString(written));
        Assert.Empty(Read(written).Packages);
    }

    [Fact]
    public void A_hundred_thousand_packages_are_written_as_they_come()
    {
        var live = 0L;
        var destination = new CountingStream();
        IEnumerable<IndexedPackage> Packages()
        {
            for (var i = 0; i < 100_000; i++)
            {
                live = Math.Max(live, i - (destination.Length / 1_000));
                yield return PackageOf(i, new string('x', 1_000));
            }
        }

        IndexFile.Write(destination, Time, Packages());

        Assert.InRange(destination.Length, 100_000_000, 200_000_000);
        Assert.InRange(destination.LongestWrite, 1, 70_000);
        Assert.InRange(live, 0, 100);
    }

    [PythonTomlFact]
    public async Task What_is_written_is_what_the_library_of_the_original_reads()
    {
        var hostile = Hostile.Strings.Resize(6).Sample(300).Where(text => !text.Contains("\\U", StringComparison.Ordinal));
        var index = new PackageIndex(Time, [.. hostile.Select((text, i) => PackageOf(i, text) with { PackagePath = text, Url = i % 2 == 0 ? text : null })]);

        var output = await PythonTomlFactAttribute.RunAsync(
            "import json, sys, toml; print(json.dumps(toml.loads(sys.stdin.read())))", Encoding.UTF8.GetString(Written(index)));

        var expected = new JsonObject
        {
            ["mtime"] = 1_594_491_762,
            ["pkgs"] = new JsonArray([.. index.Packages.Select(JsonOf)]),
        };
        Assert.Equal(expected.ToJsonString(), JsonNode.Parse(output)!.ToJsonString());
    }

    private static JsonObject JsonOf(IndexedPackage package)
    {
        var json = new JsonObject
        {
            ["type"] = package.Type,
            ["distrib"] = package.Distrib,
            ["package"] = package.Package,
            ["ext"] = package.Ext,
            ["sha256"] = package.Sha256.ToString(),
        };
        if (package.Url is not null)
        {
            json["url"] = package.Url;
        }

        json["package_path"] = package.PackagePath;
        json["meta"] = new JsonObject(package.Meta.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)field.Value)));
        return json;
    }

    private static IndexedPackage PackageOf(int number, string description)
    {
        Assert.True(Sha256Digest.TryParse(Hex, out var sha256));
        return new IndexedPackage(
            "github", $"project-{number}", $"project_{number}-1.0-py3-none-any", "whl", sha256, $"https://example.org/{number}", null,
            [new("name", $"project-{number}"), new("description", description), new(":action", "file_upload"), new("comment", "")]);
    }

    private static PackageIndex Read(byte[] document)
    {
        Assert.True(IndexFile.TryRead(document, "index.toml", out var index, out var problem), problem);
        return index;
    }

    private static byte[] Written(PackageIndex index)
    {
        using var stream = new MemoryStream();
        IndexFile.Write(stream, index.Time, index.Packages);
        return stream.ToArray();
    }

    private sealed class CountingStream : Stream
    {
        private long _length;

        public int LongestWrite { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position { get => _length; set => throw new NotSupportedException(); }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _length += buffer.Length;
            LongestWrite = Math.Max(LongestWrite, buffer.Length);
        }
    }
}
