using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Application.Rendering;
using PyWharf.Application.Upstream;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>The index at another URL.</summary>
internal sealed class UpstreamIndex : IUpstream
{
    private readonly UpstreamClient _client;
    private readonly UpstreamCache _cache;
    private readonly UpstreamFiles? _files;

    /// <param name="index">The absolute http or https URL of its project list, with credentials if it needs any.</param>
    /// <param name="options">Timeouts, retries, cache lifetimes and limits.</param>
    /// <param name="time">Measures the age of cached pages.</param>
    /// <param name="logger">Logs when upstream stops responding, and when it responds again.</param>
    /// <param name="pages">Where pages are kept; null for in memory only.</param>
    /// <param name="files">The files, if they go through this server; null if clients fetch them from the index. Disposed of with this.</param>
    public UpstreamIndex(Uri index, UpstreamOptions options, TimeProvider time, ILogger logger, UpstreamPageStore? pages = null, UpstreamFiles? files = null)
    {
        _files = files;
        _client = new UpstreamClient(index, options, time);
        _cache = new UpstreamCache(_client, options, pages, time, logger);
    }

    /// <inheritdoc/>
    public string Host => _client.Host;

    /// <inheritdoc/>
    public string? Trouble => _cache.Trouble;

    /// <inheritdoc/>
    public async ValueTask<Outcome<UpstreamProject>> GetProjectAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var listing = await _cache.GetAsync(project, cancellationToken);

        return listing.Failure is { } failure ? failure : listing.Value.Project;
    }

    /// <inheritdoc/>
    public ValueTask<Outcome<UpstreamFile>> OpenAsync(UpstreamProject project, PageFile file, bool isMetadata, CancellationToken cancellationToken) =>
        _files?.OpenAsync(project, file, isMetadata, cancellationToken)
        ?? new(new UpstreamFile(new Download.Redirect(new Uri(isMetadata ? file.Href + CoreMetadataLink.Suffix : file.Href))));

    /// <inheritdoc/>
    public void Dispose()
    {
        _cache.Dispose();
        _client.Dispose();
        _files?.Dispose();
    }
}
