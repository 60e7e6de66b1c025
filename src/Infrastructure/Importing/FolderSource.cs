using PyWharf.Application.Importing;
using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Importing;

/// <summary>
/// The distributions in a folder and all folders below it, whatever their layout. Links are not followed, and entries whose name begins with a dot
/// are passed over. In a storage of pywharf, the records of projects are read too.
/// </summary>
internal sealed class FolderSource(string folder) : IImportSource
{
    private const string NoProject = "(no project)";

    /// <inheritdoc/>
    public Task<Outcome<SourceContent>> ListAsync(ProjectScope scope, CancellationToken cancellationToken)
    {
        var (paths, projects, passedOver) = (new List<string>(), new List<SourceProject>(), 0);
        var folders = new Stack<string>([folder]);
        while (folders.TryPop(out var next))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                foreach (var path in Directory.EnumerateFileSystemEntries(next).Where(path => Path.GetFileName(path)[0] != '.'))
                {
                    if (FileEntry.At(path).Kind == FileEntryKind.Folder)
                    {
                        folders.Push(path);
                    }
                    else if (DistributionFilename.HasDistributionExtension(Path.GetFileName(path)))
                    {
                        paths.Add(path);
                    }
                    else
                    {
                        passedOver++;
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The other folders are imported.
                projects.Add(new SourceProject(
                    Path.GetRelativePath(folder, next), FileCount: 0, _ => Task.FromResult<Outcome<SourceListing>>(new Failure(FailureKind.Forbidden, exception.Message))));
            }
        }

        projects.AddRange(
            from path in paths
            group path by DistributionFilename.TryParse(Path.GetFileName(path), out var name) ? name.Project : null into files
            where files.Key is null ? scope.IsAll : scope.Includes(files.Key)
            orderby files.Key?.ToString() ?? NoProject
            select new SourceProject(files.Key?.ToString() ?? NoProject, files.Count(), _ => Task.FromResult(ListingOf(files.Key, files))));

        return Task.FromResult<Outcome<SourceContent>>(new SourceContent(projects, passedOver));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static Outcome<SourceListing> ListingOf(ProjectName? project, IEnumerable<string> paths)
    {
        var ordered = paths.OrderBy(path => path, StringComparer.Ordinal).ToList();
        if (project is null)
        {
            return new SourceListing(Project: null, [.. ordered.Select(path => new FolderFile(path))]);
        }

        var record = ProjectRecord.Empty;
        foreach (var path in ordered.Select(path => Path.Combine(Path.GetDirectoryName(path) ?? "", RecordFile.Filename)).Distinct().Where(path => FileEntry.At(path).IsFile))
        {
            if (TryRead(path) is not { } read)
            {
                return new Failure(FailureKind.Invalid, $"{path} can't be read, which says what was yanked and deleted: mend it, or remove it if nothing was.");
            }

            record = read;
        }

        var ofFiles = record with { YankedVersions = ProjectRecord.Empty.YankedVersions };

        return SourceListing.Of(project, record, [.. from path in ordered
                                                     let name = DistributionFilename.TryParse(Path.GetFileName(path), out var parsed) ? parsed : null
                                                     where name is null || !record.IsDeleted(name)
                                                     select new FolderFile(path) { Yanked = name is null ? null : ofFiles.YankOf(name) }]);
    }

    private static ProjectRecord? TryRead(string path)
    {
        try
        {
            return FileEntry.At(path).Length <= RecordFile.MaxBytes && RecordFile.TryRead(File.ReadAllBytes(path), path, out var record, out _) ? record : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // the other projects are imported
        }
    }
}
