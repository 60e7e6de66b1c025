using BenchmarkDotNet.Attributes;
using PyWharf.Application.Rendering;
using PyWharf.Application.Resolution;
using PyWharf.Application.Upstream;
using PyWharf.Domain;

namespace PyWharf.Micro;

/// <summary>What rules and time travel leave of a project: of an upstream index, and of this one.</summary>
[MemoryDiagnoser]
public class OfferedFilesBenchmarks
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(1);

    private ProjectFiles _here = null!;
    private UpstreamOffer _cooled = null!;
    private UpstreamOffer _free = null!;
    private DateTimeOffset _moment;

    [Params(10, 1000)]
    public int Files { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _here = Indexes.Of(projects: 1, Files).Projects.Single();
        _moment = DateTimeOffset.UnixEpoch.AddMinutes(Files / 2);
        var there = new UpstreamProject(_here.Name, "index.example", ProjectPageFactory.Create(_here)) { IsCached = true };
        _cooled = Offer(there, new UpstreamRules { MinAge = Now - _moment });
        _free = Offer(there, UpstreamRules.None);
    }

    [Benchmark]
    public int All_of_upstream() => OfferedFiles.Of(_free, Now).Page.Files.Count;

    [Benchmark]
    public int Upstream_with_min_age() => OfferedFiles.Of(_cooled, Now).Page.Files.Count;

    [Benchmark]
    public int Upstream_as_it_was() => OfferedFiles.Of(_free, Now, _moment).Page.Files.Count;

    [Benchmark]
    public int This_index_as_it_was() => ProjectPageFactory.Create(_here.At(_moment)).Files.Count;

    private static UpstreamOffer Offer(UpstreamProject project, UpstreamRules rules) =>
        new(new UpstreamSource(RepositoryName.TryParse("local", out var name, out _) ? name : throw new InvalidOperationException(), new NoIndex(), rules, isShared: false), project);

    /// <summary>An index that is not asked.</summary>
    private sealed class NoIndex : IUpstream
    {
        public string Host => "index.example";

        public string? Trouble => null;

        public ValueTask<Outcome<UpstreamProject>> GetProjectAsync(ProjectName project, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<Outcome<UpstreamFile>> OpenAsync(UpstreamProject project, PageFile file, bool isMetadata, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
