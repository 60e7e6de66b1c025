using BenchmarkDotNet.Attributes;
using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Micro;

/// <summary>The page of a project, which is rendered at the first request after a change.</summary>
[MemoryDiagnoser]
public class PageBenchmarks
{
    private ProjectFiles _project = null!;

    [Params(10, 1000)]
    public int Files { get; set; }

    [GlobalSetup]
    public void Fill() => _project = Indexes.Of(projects: 1, Files).Projects.Single();

    [Benchmark]
    public int Json() => Page().Json.Identity.Bytes.Length;

    [Benchmark]
    public int Json_and_gzip() => Page().Json.Gzip.Bytes.Length;

    [Benchmark]
    public int Html() => Page().TextHtml.Identity.Bytes.Length;

    [Benchmark]
    public int Html_and_gzip() => Page().TextHtml.Gzip.Bytes.Length;

    private RenderedPage Page() => SimplePage.Render(() => ProjectPageFactory.Create(_project));
}
