using PyWharf.Application.Importing;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Importing;

/// <summary>
/// A file in a folder. It was uploaded when and by whom the .meta file beside it says, as in a storage of pywharf; else, unless the source knows better,
/// when it was last written.
/// </summary>
internal sealed class FolderFile(string path) : SourceFile(Path.GetFileName(path))
{
    private string Meta => path + ".meta";

    /// <inheritdoc/>
    public override async Task<bool?> MatchesAsync(PackageFile published, CancellationToken cancellationToken)
    {
        try
        {
            var entry = FileEntry.At(path);

            if (!entry.IsFile)
            {
                return null; // fetching it says why
            }

            return (published.Size is not { } size || size == entry.Length)
                && Sha256Digest.FromBytes(await Digests.OfFileAsync(path, DigestAlgorithm.Sha256, cancellationToken)).Equals(published.Sha256);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override Task<MetadataFields?> ReadFieldsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(MetaFile.TryRead(Meta, out _) is { } form ? MetadataFields.OfForm(form) : null);

    /// <inheritdoc/>
    public override async Task<Outcome<FetchedFile>> FetchAsync(IStaging staging, long maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            var entry = FileEntry.At(path);
            switch (entry.Kind)
            {
                case FileEntryKind.File:
                    break;
                case FileEntryKind.Link:
                    return new Failure(FailureKind.Invalid, "It is a symbolic link, and links are not followed: import the folder that has the file.");
                case FileEntryKind.None:
                    return new Failure(FailureKind.NotFound, "It was removed from the folder.");
                default:
                    return new Failure(FailureKind.Invalid, "It is no regular file.");
            }

            await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
            var staged = await staging.StageAsync(content, maxBytes, StagedDigests, cancellationToken);

            if (staged.Failure is { } failure)
            {
                return failure;
            }

            var form = MetaFile.TryRead(Meta, out _) ?? new Dictionary<string, string>();

            return new FetchedFile(
                staged.Value,
                UploadMeta.UploadTimeOf(form) ?? UnixTime.Truncate(new DateTimeOffset(entry.Ticks, TimeSpan.Zero)),
                UploadMeta.UploadedByOf(form));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Failure(FailureKind.Forbidden, $"It can't be read: {exception.Message}");
        }
    }
}
