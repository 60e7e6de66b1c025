using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Caching;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Checks the files that a server keeps of a repository's upstream index, for <c>pywharf verify</c>.</summary>
internal static class UpstreamFileVerification
{
    /// <summary>Checks them, also where the configuration has no upstream index any more. Creates and changes nothing.</summary>
    /// <param name="root">The server's root folder, absolute.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="report">Receives what is checked and found.</param>
    /// <param name="progress">Told of each file.</param>
    /// <param name="cancellationToken">Stops between two reads.</param>
    public static async Task RunAsync(
        string root, RepositoryName repository, VerificationReport report, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var layout = new UpstreamLayout(root, repository);
        await DigestNamedFiles.VerifyCopiesAsync([layout.Files], "the upstream index", report, progress, cancellationToken);
        if (FileEntry.At(layout.Digests).Kind != FileEntryKind.Folder)
        {
            return;
        }

        foreach (var path in Directory.EnumerateFiles(layout.Digests))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (FirstDigests.Read(path) is null)
                {
                    report.Add(new StorageFault(StorageFaultKind.Digest, null, path, "it is no digest: remove it, and that of the next download counts"));
                }
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                // Removed meanwhile.
            }
        }
    }
}
