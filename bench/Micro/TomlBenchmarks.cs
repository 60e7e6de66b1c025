using System.Text;
using BenchmarkDotNet.Attributes;
using PyWharf.Infrastructure.Configuration;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Micro;

/// <summary>The TOML that a start reads once, and that a scan of a storage reads for each file.</summary>
[MemoryDiagnoser]
public class TomlBenchmarks
{
    private static readonly Dictionary<string, IReadOnlyList<ConfigKey>> Types = new() { ["file_system"] = [] };

    private readonly string _config = string.Concat(Enumerable.Range(0, 20).Select(number =>
        $"""
        [team{number}]
        type = "file_system"
        sync_index_interval = 60
        reserve = ["team{number}-*", "internal"]
        anonymous_read = false

        [team{number}.upstream]
        url = "https://index{number}.example/simple/"
        min_age = "7d"

        """));

    private readonly byte[] _meta = Encoding.UTF8.GetBytes(
        $"""
        name = "demo"
        version = "1.0"
        filetype = "bdist_wheel"
        pyversion = "py3"
        metadata_version = "2.1"
        requires_python = ">=3.8"
        summary = "Made for a measurement"
        description = "{string.Concat(Enumerable.Repeat("A line of a description.\\n", 100))}"
        ":action" = "file_upload"
        protocol_version = "1"
        sha256 = "{new string('0', 64)}"

        """);

    [Benchmark]
    public bool Configuration_of_20_repositories() =>
        ConfigFile.TryRead(_config, "config.toml", Types, out _, out var problem) ? true : throw new InvalidOperationException(problem);

    [Benchmark]
    public bool Meta_of_a_file() => MetaFile.TryRead(_meta, "demo.meta", out _, out var problem) ? true : throw new InvalidOperationException(problem);
}
