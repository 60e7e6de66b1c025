using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>The index at another URL; <c>--extra_index_url</c>.</summary>
internal sealed class ExtraIndex(Uri? baseUrl, TimeProvider time, ILogger<ExtraIndex> logger) : IUpstream, IDisposable
{
    public ValueTask<Outcome<RenderedPage>> GetProjectAsync(ProjectName project, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{baseUrl}{time}{logger}");

    public ValueTask<Outcome<Uri>> GetFileAsync(ProjectName project, string filename, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public void Dispose()
    {
    }
}
