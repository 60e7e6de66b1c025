using Microsoft.Extensions.Logging;
using PyWharf.Application.Rendering;
using PyWharf.Application.Telemetry;
using PyWharf.Application.Upstream;
using PyWharf.Domain;
using PyWharf.Infrastructure.Caching;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>
/// The files of an upstream index, and their metadata documents, through this server. What is sent has the digest that the page announces, or else the one
/// that it had when it was first downloaded. A folder that can't be used is logged, and files are unavailable until it can be.
/// </summary>
internal sealed partial class UpstreamFiles : IDisposable
{
    // As much as is read of a document in a package.
    private const long MostMetadataBytes = 8 * 1024 * 1024;
    private const int MaxConnections = 256;

    private readonly string _index;
    private readonly HttpClient _http;
    private readonly FirstDigests _digests;
    private readonly DownloadCache _cache;
    private readonly long _maxFileBytes;
    private readonly TimeProvider _time;

    /// <param name="index">The URL of the index's project list, with credentials if it needs any.</param>
    /// <param name="layout">Where files are kept.</param>
    /// <param name="maxCacheBytes">How much of the disk they may take.</param>
    /// <param name="options">Timeouts and limits.</param>
    /// <param name="time">Measures timeouts.</param>
    /// <param name="logger">Logs failed downloads.</param>
    public UpstreamFiles(Uri index, UpstreamLayout layout, long maxCacheBytes, UpstreamOptions options, TimeProvider time, ILogger logger)
    {
        var address = new UriBuilder(index) { UserName = "", Password = "" }.Uri;
        (_index, _maxFileBytes, _time) = (address.AbsoluteUri, options.MaxFileBytes, time);
        _http = IndexHttpClient.Create(
            new RedirectRules($"The upstream index at {index.Host}", address, IndexHttpClient.CredentialsOf(index)) { LeavesOrigin = true, Guard = options.Guard },
            options.ConnectTimeout,
            MaxConnections);
        var staging = new DiskStaging(layout.Staging, time, logger);
        try
        {
            staging.Open();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.Unusable(logger, layout.Staging, exception.Message);
        }

        _digests = new FirstDigests(layout.Digests, staging);
        _cache = new DownloadCache(Instruments.UpstreamFilesCache, staging, new DownloadStore(layout.Files, maxCacheBytes, time, logger), time, logger, _digests);
    }

    /// <inheritdoc cref="IUpstream.OpenAsync"/>
    public async ValueTask<Outcome<UpstreamFile>> OpenAsync(UpstreamProject project, PageFile file, bool isMetadata, CancellationToken cancellationToken)
    {
        var expected = isMetadata
            ? Expect(project, file.Filename + CoreMetadataLink.Suffix, size: null, file.CoreMetadata?.Hashes ?? [], MostMetadataBytes)
            : Expect(project, file.Filename, file.Size, file.Hashes, _maxFileBytes);
        var location = new Uri(isMetadata ? file.Href + CoreMetadataLink.Suffix : file.Href);
        var opened = await _cache.OpenAsync(expected, new UpstreamDownload(_http, location, expected, _time), cancellationToken);

        return opened.Failure is { } failure ? failure : new UpstreamFile(opened.Value, expected.Sha256, UpstreamProject.UploadedAt(file));
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private ExpectedFile Expect(UpstreamProject project, string name, long? size, IReadOnlyList<FileHash> hashes, long maxBytes)
    {
        if (hashes.FirstOrDefault(hash => hash.Algorithm == "sha256") is { } announced && Sha256Digest.TryParse(announced.Hex, out var digest))
        {
            return new ExpectedFile(name, size, digest) { MaxBytes = maxBytes };
        }

        // With the announced digests: a file that is replaced, and announced as such, is another one.
        var identity = FirstDigests.IdentityOf([_index, project.Name.ToString(), name, .. hashes.Select(hash => hash.ToString()).Order(StringComparer.Ordinal)]);

        return new ExpectedFile(name, size, _digests.Find(identity)) { OtherHash = HashVerification.Best(hashes), Identity = identity, MaxBytes = maxBytes };
    }

    private static partial class Log
    {
        [LoggerMessage(7, LogLevel.Error, "The folder for files of an upstream index can't be used, so that clients get none of them: {Folder}: {Cause}")]
        public static partial void Unusable(ILogger logger, string folder, string cause);
    }
}
