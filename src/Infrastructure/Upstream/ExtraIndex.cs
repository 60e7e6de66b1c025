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
    private readonly UpstreamMemory? _memory;

    /// <param name="index">The absolute http or https URL of its project list, with credentials if it needs any; null when there is none.</param>
    /// <param name="time">Measures how old an answer is.</param>
    /// <param name="logger">Is told when upstream gets into trouble and out of it.</param>
    public ExtraIndex(Uri? index, TimeProvider time, ILogger<ExtraIndex> logger)
        : this(index, new UpstreamSettings(), time, logger)
    {
    }

    /// <summary>The same with other limits.</summary>
    internal ExtraIndex(Uri? index, UpstreamSettings settings, TimeProvider time, ILogger logger)
    {
        if (index is not null)
        {
            _client = new UpstreamClient(index, settings, time);
            _memory = new UpstreamMemory(_client, settings, time, logger);
        }
    }

    public async ValueTask<Outcome<RenderedPage>> GetProjectAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var listing = await GetAsync(project, cancellationToken);

        return listing.Failure is { } failure ? failure : listing.Value.Rendered;
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
        _memory?.Dispose();
        _client?.Dispose();
    }

    private static bool IsMetadataOf(PageFile file, string filename) =>
        filename.Length == file.Filename.Length + MetadataSuffix.Length
        && filename.StartsWith(file.Filename, StringComparison.Ordinal)
        && filename.EndsWith(MetadataSuffix, StringComparison.Ordinal);

    private ValueTask<Outcome<UpstreamListing>> GetAsync(ProjectName project, CancellationToken cancellationToken) =>
        _memory is null ? ValueTask.FromResult<Outcome<UpstreamListing>>(Off) : _memory.GetAsync(project, cancellationToken);
}
