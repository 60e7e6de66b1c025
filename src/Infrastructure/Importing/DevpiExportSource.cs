using System.Globalization;
using System.Text.Json;
using PyWharf.Application.Importing;
using PyWharf.Application.Rendering;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Importing;

/// <summary>A folder that <c>devpi-export</c> has written: the release files of all its indexes, or of one.</summary>
internal sealed class DevpiExportSource : IImportSource
{
    private const string ReleaseFile = "releasefile";
    private const string Upload = "upload";

    private readonly string _export;
    private readonly string? _index;

    private DevpiExportSource(string export, string? index)
    {
        _export = export;
        _index = index;
    }

    /// <summary>The export in a folder, or the index <c>user/index</c> of an export whose folder that is; null if it is neither.</summary>
    /// <param name="folder">Absolute.</param>
    public static DevpiExportSource? Find(string folder)
    {
        folder = Path.TrimEndingDirectorySeparator(folder);
        if (File.Exists(Path.Combine(folder, DevpiExport.Filename)))
        {
            return new DevpiExportSource(folder, index: null);
        }

        var user = Path.GetDirectoryName(folder);
        var export = Path.GetDirectoryName(user);

        return user is not null && export is not null && File.Exists(Path.Combine(export, DevpiExport.Filename))
            ? new DevpiExportSource(export, $"{Path.GetFileName(user)}/{Path.GetFileName(folder)}")
            : null;
    }

    /// <inheritdoc/>
    public async Task<Outcome<SourceContent>> ListAsync(ProjectScope scope, CancellationToken cancellationToken)
    {
        DevpiExport export;
        try
        {
            await using var document = File.OpenRead(Path.Combine(_export, DevpiExport.Filename));
            export = await DevpiExport.ReadAsync(document, cancellationToken);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return new Failure(FailureKind.Invalid, $"{Path.Combine(_export, DevpiExport.Filename)} can't be read as an export of devpi: {exception.Message}");
        }

        var (projects, passedOver) = (new List<SourceProject>(), 0);
        foreach (var (name, index) in export.Indexes ?? new Dictionary<string, DevpiExport.DevpiIndex>())
        {
            if (_index is not null && _index != name)
            {
                continue;
            }

            var files = index.Files ?? [];
            passedOver += files.Count(file => file.Type != ReleaseFile);
            projects.AddRange(
                from file in files
                where file is { Type: ReleaseFile, Relpath: not null }
                group file by file.Projectname ?? "" into group1
                let project = ProjectName.TryParse(group1.Key, out var parsed) ? parsed : null
                where project is null ? scope.IsAll : scope.Includes(project)
                select new SourceProject(group1.Key, new SourceListing(project, [.. group1.Select(FileOf)]) { YankedVersions = YanksOf(index, project) }));
        }

        return _index is not null && !(export.Indexes?.ContainsKey(_index) ?? false)
            ? new Failure(FailureKind.NotFound, $"The export has no index {_index}.")
            : new SourceContent(projects, passedOver);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static List<KeyValuePair<PackageVersion, string>> YanksOf(DevpiExport.DevpiIndex index, ProjectName? project) =>
    [
        .. from known in index.Projects ?? new Dictionary<string, IReadOnlyDictionary<string, DevpiExport.DevpiVersion>>()
           where ProjectName.TryParse(known.Key, out var name) && name.Equals(project)
           from version in known.Value
           let reason = version.Value.Yanked.ValueKind switch
           {
               JsonValueKind.True => "",
               JsonValueKind.String => version.Value.Yanked.GetString(),
               _ => null,
           }
           where reason is not null
           let number = PackageVersion.TryParse(version.Key, out var parsed) ? parsed : null
           where number is not null
           select KeyValuePair.Create(number, reason),
    ];

    private SourceFile FileOf(DevpiExport.DevpiFile file)
    {
        var path = Path.GetFullPath(Path.Combine(_export, file.Relpath ?? ""));

        return IsInside(path)
            ? new FolderFile(path) { Hashes = HashesOf(file.Entrymapping), UploadedAt = TimeOf(file) }
            : new MisplacedFile(Path.GetFileName(path));
    }

    /// <summary>Whether the path is below the export's folder, and no folder on the way is a link.</summary>
    private bool IsInside(string path)
    {
        var relative = Path.GetRelativePath(_export, path);
        if (relative.Split(Path.DirectorySeparatorChar)[0] == ".." || Path.IsPathRooted(relative))
        {
            return false;
        }

        for (var folder = Path.GetDirectoryName(path); folder is not null && folder != _export; folder = Path.GetDirectoryName(folder))
        {
            if (FileEntry.At(folder).Kind == FileEntryKind.Link)
            {
                return false;
            }
        }

        return true;
    }

    private static List<FileHash> HashesOf(DevpiExport.DevpiEntry? entry)
    {
        var hashes = (entry?.Hashes ?? new Dictionary<string, string>()).Select(hash => FileHash.OrNull(hash.Key, hash.Value)).ToList();
        if (entry?.HashSpec?.Split('=') is [var algorithm, var hex])
        {
            hashes.Add(FileHash.OrNull(algorithm, hex));
        }

        hashes.Add(entry?.Md5 is { } md5 ? FileHash.OrNull("md5", md5) : null);

        return [.. hashes.OfType<FileHash>().DistinctBy(hash => hash.Algorithm)];
    }

    /// <summary>When the bytes were uploaded last; when the file was written, where no event says it.</summary>
    private static DateTimeOffset? TimeOf(DevpiExport.DevpiFile file)
    {
        var uploads = from entry in file.Log ?? []
                      where entry.What == Upload && entry.When.ValueKind == JsonValueKind.Array
                      let numbers = entry.When.EnumerateArray().Select(number => number.TryGetInt32(out var value) ? value : -1).ToArray()
                      where numbers.Length >= 6
                      let text = string.Create(CultureInfo.InvariantCulture, $"{numbers[0]:0000}-{numbers[1]:00}-{numbers[2]:00}T{numbers[3]:00}:{numbers[4]:00}:{numbers[5]:00}Z")
                      let time = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) ? parsed : (DateTimeOffset?)null
                      where time is not null
                      select time;

        return uploads.LastOrDefault()
            ?? (DateTimeOffset.TryParse(file.Entrymapping?.LastModified, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var written) ? written : null);
    }
}
