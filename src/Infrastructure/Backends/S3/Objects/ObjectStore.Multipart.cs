using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Amazon.S3.Model;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.S3.Objects;

// Large files, in parts.
internal sealed partial class ObjectStore
{
    private const long SmallestPart = 16 * 1024 * 1024;
    private const int MostParts = 10_000;
    private const int PartsAtOnce = 4;

    // Storages put large files together while they answer.
    private static readonly TimeSpan CompletionTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Begins an upload in parts; returns its id.</summary>
    public Task<string> BeginAsync(string key, Sha256Digest sha256, string upload, CancellationToken cancellationToken) => RunAsync(
        async token =>
        {
            var request = new InitiateMultipartUploadRequest { BucketName = _config.Bucket, Key = key, ContentType = ContentType, ServerSideEncryptionMethod = Encryption };
            request.Metadata.Add(Sha256Metadata, sha256.ToString());
            request.Metadata.Add(UploadMetadata, upload);

            return (await _client.InitiateMultipartUploadAsync(request, token)).UploadId;
        },
        cancellationToken);

    /// <summary>Uploads all parts of a file. Their ETags, in order.</summary>
    public async Task<IReadOnlyList<string>> PutPartsAsync(string key, string id, string path, long length, CancellationToken cancellationToken)
    {
        var size = Math.Max(SmallestPart, (length + MostParts - 1) / MostParts);
        var tags = new ConcurrentDictionary<int, string>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, (int)((length + size - 1) / size)),
            new ParallelOptions { MaxDegreeOfParallelism = PartsAtOnce, CancellationToken = cancellationToken },
            async (part, token) => tags[part] = await PutPartAsync(key, id, path, part, part * size, Math.Min(size, length - (part * size)), token));

        return [.. tags.OrderBy(tag => tag.Key).Select(tag => tag.Value)];
    }

    /// <summary>
    /// Puts the parts together as an object. It replaces one that is there where the storage ignores the condition, as Ceph does: the caller has a claim.
    /// </summary>
    /// <returns>Its ETag; null where there is an object of this key.</returns>
    public async Task<string?> CompleteAsync(string key, string id, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(CompletionTimeout, _time);
        var request = new CompleteMultipartUploadRequest { BucketName = _config.Bucket, Key = key, UploadId = id, IfNoneMatch = "*" };
        request.AddPartETags(tags.Select((tag, part) => new PartETag(part + 1, tag)));
        try
        {
            return Unquoted((await RunAsync(token => _client.CompleteMultipartUploadAsync(request, token), timeout, cancellationToken)).ETag);
        }
        catch (S3Exception exception) when (exception.Kind == S3ErrorKind.PreconditionFailed)
        {
            return null;
        }
    }

    /// <summary>Gives up an upload in parts; nothing happens where it is none any more.</summary>
    public async Task AbortAsync(string key, string id, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(
                token => _client.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = _config.Bucket, Key = key, UploadId = id }, token), cancellationToken);
        }
        catch (S3Exception exception) when (exception.Kind == S3ErrorKind.NotFound)
        {
            // Completed, or aborted already.
        }
    }

    /// <summary>The ids of the uploads in parts of an object that are neither completed nor aborted.</summary>
    public async IAsyncEnumerable<string> ListPartialAsync(string key, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListMultipartUploadsRequest { BucketName = _config.Bucket, Prefix = key };
        while (true)
        {
            var page = await RunAsync(token => _client.ListMultipartUploadsAsync(request, token), cancellationToken);
            foreach (var upload in (page.MultipartUploads ?? []).Where(upload => upload.Key == key))
            {
                yield return upload.UploadId;
            }

            if (page.IsTruncated != true)
            {
                yield break;
            }

            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
    }

    private async Task<string> PutPartAsync(string key, string id, string path, int part, long from, long length, CancellationToken cancellationToken)
    {
        await using var content = OpenFile(path);
        content.Position = from;
        using var timeout = new CancellationTokenSource(StallTimeout, _time);
        var request = new UploadPartRequest
        {
            BucketName = _config.Bucket,
            Key = key,
            UploadId = id,
            PartNumber = part + 1,
            PartSize = length,
            InputStream = content,
            DisablePayloadSigning = IsEncrypted,
            UseChunkEncoding = false, // Ceph keeps it as the Content-Encoding of the object
        };
        request.StreamTransferProgress += (_, _) => timeout.CancelAfter(StallTimeout);

        return (await RunAsync(token => _client.UploadPartAsync(request, token), timeout, cancellationToken)).ETag;
    }
}
