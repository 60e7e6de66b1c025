using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends;

/// <summary>Files that have the SHA-256 of their bytes as their name: caches of documents and of downloaded files.</summary>
internal static class DigestNamedFiles
{
    /// <summary>Checks the copies that this server keeps of a storage on another machine, for <c>pywharf verify</c>.</summary>
    /// <param name="folders">The folders; they need not exist.</param>
    /// <param name="origin">What the copies are of, for the messages, such as <c>GitHub</c>.</param>
    /// <param name="report">Receives what is checked and found.</param>
    /// <param name="progress">Told of each file.</param>
    /// <param name="cancellationToken">Stops between two reads.</param>
    public static async Task VerifyCopiesAsync(
        IEnumerable<string> folders, string origin, VerificationReport report, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        foreach (var folder in folders)
        {
            await VerifyAsync(folder, CheckCopy, cancellationToken);
        }

        void CheckCopy(string path, long bytes, string? problem)
        {
            progress.Report(new WorkProgress(report.Count(bytes), Total: 0));
            if (problem is not null)
            {
                report.Add(new StorageFault(StorageFaultKind.Digest, null, path, $"{problem}: remove it, and it is fetched from {origin} again"));
            }
        }
    }

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
