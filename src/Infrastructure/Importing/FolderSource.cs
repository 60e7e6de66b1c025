using PyWharf.Application.Importing;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Importing;

/// <summary>
/// The distributions in a folder and all folders below it, whatever their layout. Links are not followed, and entries whose name begins with a dot
/// are passed over.
/// </summary>
internal sealed class FolderSource(string folder) : IImportSource
{
    private const string NoProject = "(no project)";

    /// <inheritdoc/>
    public Task<Outcome<SourceContent>> ListAsync(ProjectScope scope, CancellationToken cancellationToken)
    {
        var files = new List<FolderFile>();
        var projects = new List<SourceProject>();
        var passedOver = 0;
        var folders = new Stack<string>([folder]);
        while (folders.TryPop(out var next))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                foreach (var path in Directory.EnumerateFileSystemEntries(next).Where(path => Path.GetFileName(path)[0] != '.'))
                {
                    var (name, entry) = (Path.GetFileName(path), FileEntry.At(path));
                    if (entry.Kind == FileEntryKind.Folder)
                    {
                        folders.Push(path);
                    }
                    else if (DistributionFilename.HasDistributionExtension(name))
                    {
                        files.Add(new FolderFile(path, entry));
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
                    Path.GetRelativePath(folder, next), FileCount: 0, _ => Task.FromResult<Outcome<SourceListing>>(new Failure(FailureKind.Unavailable, exception.Message))));
            }
        }

        foreach (var group in files.GroupBy(file => DistributionFilename.TryParse(file.Filename, out var name) ? name.Project : null))
        {
            if (group.Key is null ? scope.IsAll : scope.Includes(group.Key))
            {
                projects.Add(new SourceProject(
                    group.Key?.ToString() ?? NoProject,
                    new SourceListing(group.Key, [.. group.OrderBy(file => file.Filename, StringComparer.Ordinal)])));
            }
        }

        projects.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));

        return Task.FromResult<Outcome<SourceContent>>(new SourceContent(projects, passedOver));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
