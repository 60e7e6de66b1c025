using BenchmarkDotNet.Attributes;
using PyWharf.Application.Search;
using PyWharf.Domain;

namespace PyWharf.Micro;

/// <summary>What an upload costs in the index of a repository, which is searched, too.</summary>
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
        _ = _index.Offered;
    }

    [Benchmark]
    public RepositoryIndex Adding_a_file() => _index.With(_upload);

    [Benchmark]
    public int Searching()
    {
        using var matches = new ProjectSearch("project77").In(_index.Offered, ProjectScope.All);

        return matches.Best.Take(50).Count();
    }
}
