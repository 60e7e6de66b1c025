using System.Security.Cryptography;
using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>
/// Removes what is left of uploads that the end of their process broke off: the staged file, and the documents that were already beside the place of the
/// package file (<see cref="StorageWriter"/>). A .meta without its file that is of no such upload stays: it says that a published file is gone.
/// </summary>
internal sealed class BrokenUploads(StorageLayout layout, DiskStaging staging, IProjectLocks locks)
{
    // Times of last write are as coarse as the system's clock.
    private static readonly TimeSpan Coarseness = TimeSpan.FromSeconds(1);

    private List<(string Name, long Ticks)>? _folders;

    /// <summary>Removes it.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        foreach (var staged in staging.TakeAbandoned())
        {
            Sha256Digest? sha256 = null;
            foreach (var (folder, filename) in FindForms(since: File.GetLastWriteTimeUtc(staged.Name) - Coarseness))
            {
                var form = MetaFile.TryRead(layout.Meta(folder, filename), out _);
                sha256 ??= Sha256Digest.FromBytes(await SHA256.HashDataAsync(staged, cancellationToken));
                if (Sha256Digest.TryParse(form?.GetValueOrDefault("sha256"), out var uploaded) && uploaded.Equals(sha256))
                {
                    await RemoveBesideAsync(folder, filename, cancellationToken);
                }
            }
        }
    }

    /// <summary>The forms without a package file in the folders that were changed since then.</summary>
    private IEnumerable<(string Folder, string Filename)> FindForms(DateTime since) =>
        from folder in _folders ??= FindFolders()
        where folder.Ticks >= since.Ticks
        from path in Directory.GetFiles(layout.Folder(folder.Name))
        let name = Path.GetFileName(path)
        where StoredNames.IsMeta(name) && IsMissing(folder.Name, StoredNames.FileOf(name))
        select (folder.Name, StoredNames.FileOf(name));

    private List<(string Name, long Ticks)> FindFolders() =>
    [
        .. from path in Directory.EnumerateDirectories(layout.Storage)
           let name = Path.GetFileName(path)
           let entry = FileEntry.At(path)
           where name[0] != '.' && entry.Kind == FileEntryKind.Folder
           select (name, entry.Ticks),
    ];

    private async Task RemoveBesideAsync(string folder, string filename, CancellationToken cancellationToken)
    {
        if (!ProjectName.TryParse(folder, out var project))
        {
            return;
        }

        // Another process may be publishing the same file at this moment.
        await using var held = await locks.TryLockAsync(project, cancellationToken);
        if (held is not null && IsMissing(folder, filename))
        {
            File.Delete(layout.Meta(folder, filename));
            File.Delete(layout.Attestations(folder, filename));
            DurableFile.FlushFolder(layout.Folder(folder));
        }
    }

    private bool IsMissing(string folder, string filename) => FileEntry.At(layout.File(folder, filename)).Kind == FileEntryKind.None;
}
