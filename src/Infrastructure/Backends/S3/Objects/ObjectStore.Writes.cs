using Amazon.S3;
using Amazon.S3.Model;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.S3.Objects;

// Writing objects.
internal sealed partial class ObjectStore
{
    // While bytes are transferred there is a timeout for each pause only.
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(20);

    // How If-Match has to be written: Amazon's ETags have quotes, Ceph compares without them. Found out by the first that is refused.
    private volatile bool _quotesETags;

    /// <summary>Writes a small object.</summary>
    /// <returns>Its ETag; null where the condition does not hold.</returns>
    public async Task<string?> PutAsync(string key, byte[] content, PutCondition condition, CancellationToken cancellationToken)
    {
        var quotes = _quotesETags;
        if (await PutAsync(key, content, condition, quotes, cancellationToken) is { } etag)
        {
            return etag;
        }

        if (condition.ETag is not { Length: > 0 } expected || (await HeadAsync(key, cancellationToken))?.ETag != expected)
        {
            return null;
        }

        // Refused although it holds, so it was not understood.
        var written = await PutAsync(key, content, condition, !quotes, cancellationToken);
        if (written is not null)
        {
            _quotesETags = !quotes;
        }

        return written;
    }

    /// <summary>Writes a package of moderate size, if there is no object of its key.</summary>
    /// <returns>Its ETag; null where there is one.</returns>
    public async Task<string?> PutFileAsync(string key, string path, Sha256Digest sha256, string upload, PutCondition condition, CancellationToken cancellationToken)
    {
        await using var content = OpenFile(path);
        var request = Request(key, content, condition, quotes: false);
        request.Metadata.Add(Sha256Metadata, sha256.ToString());
        request.Metadata.Add(UploadMetadata, upload);

        return await WriteAsync(request, cancellationToken);
    }

    /// <summary>Writes a file in place of what is there.</summary>
    public async Task PutFileAsync(string key, string path, CancellationToken cancellationToken)
    {
        await using var content = OpenFile(path);
        await WriteAsync(Request(key, content, PutCondition.None, quotes: false), cancellationToken);
    }

    private async Task<string?> PutAsync(string key, byte[] content, PutCondition condition, bool quotes, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content, writable: false);

        return await WriteAsync(Request(key, stream, condition, quotes), cancellationToken);
    }

    private PutObjectRequest Request(string key, Stream content, PutCondition condition, bool quotes)
    {
        var request = new PutObjectRequest
        {
            BucketName = _config.Bucket,
            Key = key,
            InputStream = content,
            AutoCloseStream = false,
            ContentType = ContentType,
            DisablePayloadSigning = IsEncrypted,
            UseChunkEncoding = false, // Ceph keeps it as the Content-Encoding of the object
            ServerSideEncryptionMethod = Encryption,
        };
        if (condition.ETag is { Length: > 0 } etag)
        {
            request.IfMatch = quotes ? $"\"{etag}\"" : etag;
        }
        else if (condition.ETag is not null)
        {
            request.IfNoneMatch = "*";
        }

        return request;
    }

    private async Task<string?> WriteAsync(PutObjectRequest request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(StallTimeout, _time);
        request.StreamTransferProgress += (_, _) => timeout.CancelAfter(StallTimeout);
        try
        {
            var written = await RunAsync(token => _client.PutObjectAsync(request, token), timeout, cancellationToken);

            return Unquoted(written.ETag);
        }
        catch (S3Exception exception) when (exception.Kind == S3ErrorKind.PreconditionFailed || (exception.Kind == S3ErrorKind.NotFound && request.IfMatch is not null))
        {
            return null;
        }
    }

    // TLS protects the bytes; without it their digest is signed, for which a file is read twice.
    private bool IsEncrypted => _config.Endpoint is null || _config.Endpoint.Scheme == Uri.UriSchemeHttps;

    private ServerSideEncryptionMethod? Encryption => _config.Encryption is { } method ? ServerSideEncryptionMethod.FindValue(method) : null;

    private static FileStream OpenFile(string path) => new(
        path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
}
