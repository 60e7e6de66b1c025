using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>
/// Verifies a storage: the bytes of every file, the documents beside them, the records of projects, and the index. Files are read in parallel; memory
/// grows with the largest project only.
/// </summary>
internal sealed class StorageVerification(StorageLayout layout, VerificationReport report, IndexVerification index, FileVerification files)
{
    /// <summary>Verifies it. Stops between two reads.</summary>
    public async Task RunAsync(IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(layout.Storage))
        {
            report.Add(new StorageFault(StorageFaultKind.Storage, null, null, $"there is no folder {layout.Storage}: mount or restore it. A server makes it for a new repository"));

            return;
        }

        var folders = FindFolders();
        var total = folders.Sum(folder => (long)NamesIn(folder).Count(StoredNames.IsPackage));
        using (var catalog = index.Open())
        {
            await Parallel.ForEachAsync(FindFiles(folders, catalog), cancellationToken, async (file, token) =>
            {
                if (await files.RunAsync(file, token) is not var (size, sha256, isAsRecorded))
                {
                    index.Missing(file.Location, file.Filename.ToString());
                }
                else
                {
                    progress.Report(new WorkProgress(report.Count(size), total));
                    if (isAsRecorded && catalog is not null && !(file.Indexed is { } known && known.Sha256.Equals(sha256) && known.Size == size))
                    {
                        index.Differs(file.Location, file.Filename.ToString(), size, sha256);
                    }
                }
            });

            FindLostFolders(folders, catalog);
        }

        if (files.Unrecorded > 0)
        {
            report.Add($"files whose digest is recorded nowhere, as nobody uploaded them and no server has listed them yet: {files.Unrecorded}");
        }

        await DigestNamedFiles.VerifyAsync(layout.Metadata, CheckDocument, cancellationToken);
        await index.SettleAsync(cancellationToken);
    }

    /// <summary>The folders of projects.</summary>
    private List<string> FindFolders()
    {
        var folders = new List<string>();
        foreach (var path in Directory.EnumerateFileSystemEntries(layout.Storage))
        {
            var name = Path.GetFileName(path);
            var kind = name[0] == '.' ? FileEntryKind.None : FileEntry.At(path).Kind;
            if (kind == FileEntryKind.Link)
            {
                Unreadable(name, null, "the folder is a link, which is not followed: mount the folder there, or move it");
            }
            else if (kind == FileEntryKind.Folder && !ProjectName.TryParse(name, out _))
            {
                Unreadable(name, null, "the name of the folder is no project name, so nothing in it is listed: rename or remove it");
            }
            else if (kind == FileEntryKind.Folder)
            {
                folders.Add(name);
            }
        }

        folders.Sort(StringComparer.Ordinal);

        return folders;
    }

    private IEnumerable<VerifiedFile> FindFiles(List<string> folders, CatalogReader? catalog)
    {
        foreach (var folder in folders)
        {
            if (!ProjectName.TryParse(folder, out var project))
            {
                continue;
            }

            if (project.ToString() == folder && RecordFiles.Read(layout, project).Problem is { } problem)
            {
                report.Add(new StorageFault(StorageFaultKind.Record, folder, Path.GetFileName(layout.Record(project)), $"it can't be read, which closes the project: restore it from a backup ({problem})"));
            }

            // Before the folder is listed: a file that is published meanwhile is not taken for a lost one.
            var known = index.FilesAt(folder, catalog);
            var names = NamesIn(folder).ToHashSet(StringComparer.Ordinal);
            foreach (var name in names.Where(StoredNames.IsPackage).Order(StringComparer.Ordinal))
            {
                if (Look(folder, name, project) is { } filename)
                {
                    yield return new VerifiedFile(folder, filename, known.GetValueOrDefault(name));
                }
            }

            var published = known.Keys.Union(names.Where(StoredNames.IsMeta).Select(StoredNames.FileOf));
            foreach (var gone in published.Where(name => !names.Contains(name)))
            {
                index.Missing(folder, gone);
            }
        }
    }

    /// <summary>The name of a file that can be read; null for another one, which is reported where it is a fault.</summary>
    private DistributionFilename? Look(string folder, string name, ProjectName project)
    {
        try
        {
            var kind = FileEntry.At(layout.File(folder, name)).Kind;
            if (DistributionFilename.TryParseStored(name, project, out var filename) && kind is FileEntryKind.Link or FileEntryKind.Folder or FileEntryKind.Other)
            {
                Unreadable(folder, name, "it is no regular file, and is neither opened nor followed: put the file in its place, or remove it");
            }
            else if (filename is null && kind == FileEntryKind.File && DistributionFilename.TryParse(name, out var other))
            {
                report.Add(new StorageFault(StorageFaultKind.WrongProject, folder, name, $"it is a file of the project {other.Project}, so it is not listed: move it to the folder {other.Project}, or remove it"));
            }
            else if (kind == FileEntryKind.File)
            {
                return filename;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Unreadable(folder, name, $"it can't be read: give the server's user the right to, or restore it from a backup ({exception.Message})");
        }

        return null;
    }

    /// <summary>Projects that the index has and whose folder is gone.</summary>
    private void FindLostFolders(List<string> folders, CatalogReader? catalog)
    {
        var there = folders.ToHashSet(StringComparer.Ordinal);
        foreach (var location in catalog?.Locations() ?? [])
        {
            foreach (var filename in there.Contains(location) ? [] : index.FilesAt(location, catalog).Keys.ToList())
            {
                index.Missing(location, filename);
            }
        }
    }

    private List<string> NamesIn(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(layout.Folder(folder)).Select(path => Path.GetFileName(path))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Unreadable(folder, null, $"the folder can't be read, which closes the project: give the server's user the right to ({exception.Message})");

            return [];
        }
    }

    private void CheckDocument(string path, long bytes, string? problem)
    {
        if (problem is not null)
        {
            report.Add(new StorageFault(StorageFaultKind.Metadata, null, path, $"{problem}: remove it, and it is read from its wheel again"));
        }
    }

    private void Unreadable(string folder, string? name, string message) => report.Add(new StorageFault(StorageFaultKind.Unreadable, folder, name, message));
}
