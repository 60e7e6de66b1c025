using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Checks the pages that a repository keeps of its upstream index, for <c>pywharf verify</c>: also beside a server. Changes nothing.</summary>
internal static class UpstreamPageVerification
{
    /// <summary>Checks every page, of whatever index it is.</summary>
    /// <param name="root">The server's root folder, absolute.</param>
    /// <param name="repository">The repository; it need not have such pages.</param>
    /// <param name="report">Receives what is checked and found.</param>
    /// <param name="progress">Told of each page.</param>
    /// <param name="cancellationToken">Stops between two reads.</param>
    public static async Task RunAsync(
        string root, RepositoryName repository, VerificationReport report, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var folder = new UpstreamLayout(root, repository).Pages;
        if (FileEntry.At(folder).Kind != FileEntryKind.Folder)
        {
            return;
        }

        foreach (var path in Directory.EnumerateFiles(folder, "*" + UpstreamPageStore.Extension))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await VerifyAsync(path, report, progress, cancellationToken);
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                // A server removed it meanwhile.
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                report.Add(new StorageFault(StorageFaultKind.Unreadable, null, path, $"it can't be read ({exception.Message}): remove it, and it is fetched from the upstream index again"));
            }
        }
    }

    private static async Task VerifyAsync(string path, VerificationReport report, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        if (!FileEntry.At(path).IsFile)
        {
            report.Add(new StorageFault(StorageFaultKind.Unreadable, null, path, "it is no regular file: remove it, and the page is fetched from the upstream index again"));

            return;
        }

        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var isWhole = await StoredPageFormat.IsWholeAsync(file, cancellationToken);
        progress.Report(new WorkProgress(report.Count(file.Length), Total: 0));
        if (!isWhole)
        {
            report.Add(new StorageFault(
                StorageFaultKind.Digest, null, path, "it is no page as it was written: it is not used; remove it, and it is fetched from the upstream index again"));
        }
    }
}
