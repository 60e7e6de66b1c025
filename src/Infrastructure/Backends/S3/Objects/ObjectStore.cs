using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;
using PyWharf.Domain;
using PyWharf.Infrastructure.Caching;

namespace PyWharf.Infrastructure.Backends.S3.Objects;

/// <summary>
/// The objects of a repository in a bucket. The SDK repeats requests that may succeed when repeated. All methods throw <see cref="S3Exception"/>.
/// Safe for concurrent use.
/// </summary>
internal sealed partial class ObjectStore : IDisposable
{
    private const string Sha256Metadata = "sha256";
    private const string UploadMetadata = "upload";
    private const string ContentType = "application/octet-stream";

    // Attempts after the first, with growing pauses of some tenths of a second.
    private const int Retries = 2;

    // For a request with all its attempts, where there is little to transfer.
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly S3Config _config;
    private readonly AmazonS3Client _client;
    private readonly S3HttpClientFactory _connections;
    private readonly S3ExceptionFactory _exceptions;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _logging = new();
    private volatile string? _trouble;
    private (string? Message, long At) _logged;
    private bool _isFailureLogged;

    public ObjectStore(S3Config config, TimeProvider time, ILogger logger)
    {
        (_config, _time, _logger) = (config, time, logger);
        _exceptions = new S3ExceptionFactory(config);
        Clock = new StoreClock(time);
        Keys = new ObjectKeys(config.Prefix);
        _connections = new S3HttpClientFactory(Clock);
        var settings = SettingsOf(config, _connections);
        _client = config.Keys is var (access, secret) ? new AmazonS3Client(new BasicAWSCredentials(access, secret), settings) : new AmazonS3Client(settings);
    }

    /// <summary>The keys of its objects.</summary>
    public ObjectKeys Keys { get; }

    /// <summary>Its clock.</summary>
    public StoreClock Clock { get; }

    /// <summary>Why the last request failed, a clause, if it was not for what it asked; null if it did not.</summary>
    public string? Trouble => _trouble;

    /// <summary>What the storage says of an object; null if there is none.</summary>
    public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken) => FindAsync(
        async token =>
        {
            var found = await _client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = _config.Bucket, Key = key }, token);

            return new StoredObject(key, found.ContentLength, Unquoted(found.ETag), TimeOf(found.LastModified))
            {
                Sha256 = Sha256Digest.TryParse(found.Metadata[Sha256Metadata], out var digest) ? digest : null,
                Upload = found.Metadata[UploadMetadata],
            };
        },
        cancellationToken);

    /// <summary>A small object with its ETag; null if there is none.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="maxBytes">How much of it is read.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<SmallObject?> GetAsync(string key, int maxBytes, CancellationToken cancellationToken) => FindAsync(
        async token =>
        {
            using var found = await _client.GetObjectAsync(new GetObjectRequest { BucketName = _config.Bucket, Key = key }, token);
            var content = new byte[Math.Min(found.ContentLength, maxBytes)];
            await found.ResponseStream.ReadExactlyAsync(content, token);

            return new SmallObject(content, Unquoted(found.ETag));
        },
        cancellationToken);

    /// <summary>An object, or a part of it, whose body is read later.</summary>
    public Task<RemoteContent> OpenAsync(string key, RangeHeaderValue? range, CancellationToken cancellationToken) => RunAsync(
        async token =>
        {
            var request = new GetObjectRequest { BucketName = _config.Bucket, Key = key, ByteRange = range is null ? null : new ByteRange(range.ToString()) };
            var found = await _client.GetObjectAsync(request, token);
            var part = ContentRangeHeaderValue.TryParse(found.ContentRange, out var parsed) ? parsed : null;

            return new RemoteContent(found.ResponseStream, part?.From ?? 0, found.ContentLength, part is null ? found.ContentLength : part.Length, found);
        },
        cancellationToken);

    /// <summary>The objects whose keys begin so, in the order of their keys, page by page.</summary>
    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var request = new ListObjectsV2Request { BucketName = _config.Bucket, Prefix = prefix, ContinuationToken = next };
            var page = await RunAsync(token => _client.ListObjectsV2Async(request, token), cancellationToken);
            foreach (var found in page.S3Objects ?? [])
            {
                yield return new StoredObject(found.Key, found.Size ?? 0, Unquoted(found.ETag), TimeOf(found.LastModified));
            }

            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (next is not null);
    }

    /// <summary>A URL that anybody may fetch an object from for a while; its response names the file. It is a secret.</summary>
    public Task<Uri> PresignAsync(string key, string filename, CancellationToken cancellationToken) => RunAsync(
        async _ =>
        {
            // The SDK's clock follows that of the storage, so the time that it comes to may be another one.
            var expires = _time.GetUtcNow().UtcDateTime + _config.PresignedTime;
            var url = await PresignAsync(key, filename, expires);

            return LifetimeOf(url) is { } lifetime && lifetime != _config.PresignedTime ? await PresignAsync(key, filename, expires - (lifetime - _config.PresignedTime)) : url;
        },
        cancellationToken);

    /// <summary>Deletes an object; nothing happens where there is none.</summary>
    public Task DeleteAsync(string key, CancellationToken cancellationToken) => RunAsync(
        token => _client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _config.Bucket, Key = key }, token), cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _connections.Dispose();
    }

    private static AmazonS3Config SettingsOf(S3Config config, HttpClientFactory connections)
    {
        var settings = new AmazonS3Config
        {
            ForcePathStyle = config.ForcesPathStyle,
            HttpClientFactory = connections,
            MaxErrorRetry = Retries,
            RetryMode = RequestRetryMode.Standard,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (config.Endpoint is { } endpoint)
        {
            settings.ServiceURL = endpoint.AbsoluteUri;
            settings.AuthenticationRegion = config.Region ?? "us-east-1";
        }
        else if (config.Region is { } region)
        {
            settings.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return settings;
    }

    private async Task<Uri> PresignAsync(string key, string filename, DateTime expires) => new(await _client.GetPreSignedURLAsync(new GetPreSignedUrlRequest
    {
        BucketName = _config.Bucket,
        Key = key,
        Verb = HttpVerb.GET,
        Protocol = _config.Endpoint?.Scheme == Uri.UriSchemeHttp ? Protocol.HTTP : Protocol.HTTPS,
        Expires = expires,
        ResponseHeaderOverrides = new ResponseHeaderOverrides
        {
            ContentDisposition = $"attachment; filename=\"{filename}\"",
            ContentType = ContentType,
        },
    }));

    private static TimeSpan? LifetimeOf(Uri url) =>
        url.Query.TrimStart('?').Split('&').FirstOrDefault(pair => pair.StartsWith("X-Amz-Expires=", StringComparison.Ordinal)) is { } pair
        && long.TryParse(pair.AsSpan(pair.IndexOf('=', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private async Task<T?> FindAsync<T>(Func<CancellationToken, Task<T>> find, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await RunAsync(find, cancellationToken);
        }
        catch (S3Exception exception) when (exception.Kind == S3ErrorKind.NotFound)
        {
            return null;
        }
    }

    private async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(RequestTimeout, _time);

        return await RunAsync(send, timeout, cancellationToken);
    }

    /// <summary>Sends a request, translates its failure, and notes whether the storage can be used.</summary>
    private async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> send, CancellationTokenSource timeout, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        S3Exception failure;
        try
        {
            var result = await send(either.Token);
            Note(null);

            return result;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception exception) when (timeout.IsCancellationRequested)
        {
            failure = _exceptions.OfTimeout(exception);
        }
        catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or OperationCanceledException or TimeoutException)
        {
            failure = _exceptions.Of(exception);
        }

        Note(failure.Kind is S3ErrorKind.Unavailable or S3ErrorKind.Misconfigured ? failure.Message : null);

        throw failure;
    }

    /// <summary>Logs a failure, each not more often than once a minute, and the first request that succeeds after it.</summary>
    private void Note(string? trouble)
    {
        if (trouble == _trouble)
        {
            return;
        }

        _trouble = trouble;
        lock (_logging)
        {
            if (trouble is null)
            {
                if (_isFailureLogged)
                {
                    _isFailureLogged = false;
                    Log.Recovered(_logger, _config.Name);
                }
            }
            else if (trouble != _logged.Message || _time.GetElapsedTime(_logged.At) >= Quiet)
            {
                (_logged, _isFailureLogged) = ((trouble, _time.GetTimestamp()), true);
                Log.Failed(_logger, _config.Name, trouble);
            }
        }
    }

    private static DateTimeOffset TimeOf(DateTime? time) => time is { } known ? new DateTimeOffset(known.ToUniversalTime(), TimeSpan.Zero) : default;

    private static string Unquoted(string? tag) => tag?.Trim('"') ?? "";

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The object storage of {Repository} can't be used: {Why}.")]
        public static partial void Failed(ILogger logger, RepositoryName repository, string why);

        [LoggerMessage(Level = LogLevel.Information, Message = "The object storage of {Repository} can be used again.")]
        public static partial void Recovered(ILogger logger, RepositoryName repository);
    }
}
