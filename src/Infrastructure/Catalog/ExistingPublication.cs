using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>The outcome of publishing a file that is published already.</summary>
internal static class ExistingPublication
{
    /// <summary>
    /// <see cref="Publication.AlreadyPublished"/> where the bytes are the same, else <see cref="FailureKind.Conflict"/>.
    /// </summary>
    /// <param name="filename">The name of the new file.</param>
    /// <param name="sha256">Its digest.</param>
    /// <param name="existing">The published files of its identity; at least one.</param>
    public static Outcome<Publication> TellApart(DistributionFilename filename, Sha256Digest sha256, IReadOnlyList<CatalogedFile> existing)
    {
        // A name never changes its bytes. Older versions published one identity under several spellings.
        var own = existing.FirstOrDefault(file => file.File.Filename.Equals(filename));
        if (own is not null ? own.File.Sha256.Equals(sha256) : existing.Any(file => file.File.Sha256.Equals(sha256)))
        {
            return Publication.AlreadyPublished;
        }

        var name = existing[0].File.Filename;
        var what = own is not null ? $"{filename} was" : $"{name}, which is another name of the same file, was";

        return new Failure(
            FailureKind.Conflict, $"File already exists: {what} published with other bytes; a published file never changes. Upload a new version.");
    }
}
