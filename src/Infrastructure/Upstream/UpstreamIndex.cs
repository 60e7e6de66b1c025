using Microsoft.Extensions.Logging;
using PyWharf.Application.Rendering;
using PyWharf.Application.Upstream;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>The index at another URL: <c>--extra_index_url</c>.</summary>
internal sealed class ExtraIndex : IUpstream, IDisposable
{
    private const string MetadataSuffix = ".metadata";

    private static readonly Failure Off = new(FailureKind.NotFound, "There is no such project.");

    private readonly UpstreamClient? _client;
    private readonly UpstreamCache? _cache;

    /// <param name="index">The absolute http or https URL of its project list, with credentials if it needs any; null when there is none.</param>
    /// <param name="time">Measures the age of cached pages.</param>
    /// <param name="logger">Logs when upstream stops responding, and when it responds again.</param>
    public ExtraIndex(Uri? index, TimeProvider time, ILogger<ExtraIndex> logger)
        : this(index, new UpstreamOptions(), time, logger)
    {
    }

    /// <summary>The same with other limits.</summary>
    internal ExtraIndex(Uri? index, UpstreamOptions options, TimeProvider time, ILogger logger)
    {
        if (index is not null)
        {
            _client = new UpstreamClient(index, options, time);
            _cache = new UpstreamCache(_client, options, time, logger);
        }
    }

    public async ValueTask<Outcome<RenderedPage>> GetProjectAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var listing = await GetAsync(project, cancellationToken);

        return listing.Failure is { } failure ? failure : listing.Value.Rendered;
    }

    public async ValueTask<Outcome<UpstreamProject>> DescribeProjectAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var listing = await GetAsync(project, cancellationToken);

        return listing.Failure is { } failure ? failure : new UpstreamProject(_client?.Host ?? "", listing.Value.Page);
    }

    public async ValueTask<Outcome<Uri>> GetFileAsync(ProjectName project, string filename, CancellationToken cancellationToken)
    {
        var listing = await GetAsync(project, cancellationToken);
        if (listing.Failure is { } failure)
        {
            return failure;
        }

        var files = listing.Value.Page.Files;
        if (files.FirstOrDefault(file => file.Filename == filename) is { } found)
        {
            return new Uri(found.Href);
        }

        return files.FirstOrDefault(file => file.CoreMetadata is not null && IsMetadataOf(file, filename)) is { } described
            ? new Uri(described.Href + MetadataSuffix)
            : new Failure(FailureKind.NotFound, $"Project {project} has no such file.");
    }

    public void Dispose()
    {
        _cache?.Dispose();
        _client?.Dispose();
    }

    private static bool IsMetadataOf(PageFile file, string filename) =>
        filename.Length == file.Filename.Length + MetadataSuffix.Length
        && filename.StartsWith(file.Filename, StringComparison.Ordinal)
        && filename.EndsWith(MetadataSuffix, StringComparison.Ordinal);

    private ValueTask<Outcome<UpstreamListing>> GetAsync(ProjectName project, CancellationToken cancellationToken) =>
        _cache is null ? ValueTask.FromResult<Outcome<UpstreamListing>>(Off) : _cache.GetAsync(project, cancellationToken);
}
