using PyWharf.Infrastructure.Backends.FileSystem;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backup;

/// <summary>
/// Copies a storage, also while it changes. A published file never changes, and appears after the files beside it, so it is copied before them; the record
/// of a project is copied after its files, so that it knows every deletion that the copy of the files knows.
/// </summary>
/// <param name="source">The storage.</param>
/// <param name="copy">Its copy.</param>
/// <param name="hasPackages">Whether packages are copied, and not records only.</param>
/// <param name="copier">Copies files.</param>
internal sealed class StorageBackup(StorageLayout source, StorageLayout copy, bool hasPackages, FileCopier copier)
{
    /// <summary>The number of package files, or of projects where packages are not copied.</summary>
    public long Count() => Projects().Sum(project => hasPackages ? Directory.EnumerateFiles(source.Folder(project)).LongCount() : 1);

    /// <summary>Copies it. Throws <see cref="IOException"/> where it is not mounted, so that an earlier backup of it stays.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(copy.Storage))
        {
            source.CheckIsThere();
        }

        FileCopier.CopyFolder(source.Storage, copy.Storage);
        var projects = Projects();
        await Parallel.ForEachAsync(projects, cancellationToken, async (project, token) => await CopyProjectAsync(project, token));

        var kept = projects.Where(project => FileEntry.At(copy.Folder(project)).Kind == FileEntryKind.Folder).ToHashSet(StringComparer.Ordinal);
        if (hasPackages && await copier.CopyAsync(source.IndexFile, copy.IndexFile, cancellationToken))
        {
            kept.Add(Path.GetFileName(copy.IndexFile));
        }

        copier.RemoveOthers(copy.Storage, kept);
    }

    private List<string> Projects() =>
    [
        .. from path in Directory.EnumerateDirectories(source.Storage)
           let name = Path.GetFileName(path)
           where name[0] != '.' && FileEntry.At(path).Kind == FileEntryKind.Folder
           select name,
    ];

    private async Task CopyProjectAsync(string project, CancellationToken cancellationToken)
    {
        var kept = new HashSet<string>(StringComparer.Ordinal);
        if (hasPackages)
        {
            FileCopier.CopyFolder(source.Folder(project), copy.Folder(project));
            foreach (var name in NamesIn(project).Where(StoredNames.IsPackage))
            {
                await CopyPackageAsync(project, name, kept, cancellationToken);
            }
        }

        if (FileEntry.At(source.File(project, RecordFile.Filename)).Kind != FileEntryKind.None)
        {
            FileCopier.CopyFolder(source.Folder(project), copy.Folder(project));
            await CopyAsync(project, RecordFile.Filename, kept, cancellationToken);
        }

        if (kept.Count > 0)
        {
            copier.RemoveOthers(copy.Folder(project), kept);
        }
        else if (FileEntry.At(copy.Folder(project)).Kind == FileEntryKind.Folder)
        {
            Directory.Delete(copy.Folder(project), recursive: true);
        }
    }

    private async Task CopyPackageAsync(string project, string name, HashSet<string> kept, CancellationToken cancellationToken)
    {
        if (FileEntry.At(source.File(project, name)).Kind == FileEntryKind.Folder || !await CopyAsync(project, name, kept, cancellationToken))
        {
            return;
        }

        var beside = (string[])[Path.GetFileName(source.Meta(project, name)), Path.GetFileName(source.Attestations(project, name))];
        foreach (var other in beside)
        {
            await CopyAsync(project, other, kept, cancellationToken);
        }

        if (FileEntry.At(source.File(project, name)).Kind == FileEntryKind.None)
        {
            // Deleted meanwhile, and what is beside it perhaps not copied.
            kept.ExceptWith([name, .. beside]);
        }
    }

    private async Task<bool> CopyAsync(string project, string name, HashSet<string> kept, CancellationToken cancellationToken)
    {
        var isCopied = await copier.CopyAsync(source.File(project, name), copy.File(project, name), cancellationToken);
        if (isCopied)
        {
            kept.Add(name);
        }

        return isCopied;
    }

    private List<string> NamesIn(string project)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(source.Folder(project)).Select(path => Path.GetFileName(path))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }
}
