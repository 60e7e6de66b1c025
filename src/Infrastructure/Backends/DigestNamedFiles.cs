using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends;

/// <summary>Files that have the SHA-256 of their bytes as their name: caches of documents and of downloaded files.</summary>
internal static class DigestNamedFiles
{
    /// <summary>Checks each such file in a folder and those below it.</summary>
    /// <param name="folder">The folder; it need not exist.</param>
    /// <param name="found">Called with the path and size of each, and with what is wrong with it or null.</param>
    /// <param name="cancellationToken">Stops between two reads.</param>
    public static async Task VerifyAsync(string folder, Action<string, long, string?> found, CancellationToken cancellationToken)
    {
        if (FileEntry.At(folder).Kind != FileEntryKind.Folder)
        {
            return;
        }

        foreach (var path in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, AttributesToSkip = FileAttributes.ReparsePoint }))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = FileEntry.At(path);
            if (!Sha256Digest.TryParse(Path.GetFileName(path), out var name) || !entry.IsFile)
            {
                continue;
            }

            try
            {
                var digest = Sha256Digest.FromBytes(await Digests.OfFileAsync(path, DigestAlgorithm.Sha256, cancellationToken));
                found(path, entry.Length, digest.Equals(name) ? null : "its bytes are not those that its name says");
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                // A server removed it meanwhile.
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                found(path, entry.Length, $"it can't be read ({exception.Message})");
            }
        }
    }
}
