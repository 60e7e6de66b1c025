using PyWharf.Application.Importing;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Importing;

/// <summary>A file in a folder. It was uploaded when it was last written, unless the source knows better.</summary>
internal sealed class FolderFile : SourceFile
{
    private readonly string _path;

    /// <param name="path">Absolute.</param>
    /// <param name="entry">The folder's entry.</param>
    public FolderFile(string path, FileEntry entry)
        : base(Path.GetFileName(path))
    {
        _path = path;
        UploadedAt = UnixTime.Truncate(new DateTimeOffset(entry.Ticks, TimeSpan.Zero));
    }

    /// <inheritdoc/>
    public override async Task<bool?> MatchesAsync(PackageFile published, CancellationToken cancellationToken)
    {
        try
        {
            var entry = FileEntry.At(_path);

            return entry.IsFile
                && (published.Size is not { } size || size == entry.Length)
                && Sha256Digest.FromBytes(await Digests.OfFileAsync(_path, DigestAlgorithm.Sha256, cancellationToken)).Equals(published.Sha256);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Fetching it says why.
            return null;
        }
    }

    /// <inheritdoc/>
    public override async Task<Outcome<FetchedFile>> FetchAsync(IStaging staging, long maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            switch (FileEntry.At(_path).Kind)
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

            await using var content = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
            var staged = await staging.StageAsync(content, maxBytes, StagedDigests, cancellationToken);

            return staged.Failure is { } failure ? failure : new FetchedFile(staged.Value, UploadedAt: null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Failure(FailureKind.Unavailable, $"It can't be read: {exception.Message}");
        }
    }
}
