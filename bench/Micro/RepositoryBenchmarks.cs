using BenchmarkDotNet.Attributes;
using PyWharf.Domain;

namespace PyWharf.Micro;

/// <summary>What an upload costs in the index of a repository.</summary>
[MemoryDiagnoser]
public class RepositoryBenchmarks
{
    private RepositoryIndex _index = RepositoryIndex.Empty;
    private IndexChanges _upload = null!;

    [Params(10, 10_000)]
    public int Projects { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _index = Indexes.Of(Projects, filesOfEach: 10);
        _upload = Indexes.Changes(2, Indexes.File("project5", 10));
    }

    [Benchmark]
    public RepositoryIndex Adding_a_file() => _index.With(_upload);
}
