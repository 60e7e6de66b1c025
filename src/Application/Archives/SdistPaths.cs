using System.Text.Unicode;
using PyWharf.Domain;

namespace PyWharf.Application.Archives;

/// <summary>
/// Collects and checks the paths of an sdist: all are in one folder, named after the release, and no link leads out of it (source distribution
/// format, "Source distribution archive features").
/// </summary>
internal sealed class SdistPaths(DistributionFilename filename)
{
    private readonly EntryPaths _paths = new();
    private readonly Irregularities _irregularities = new();
    private string? _folder;

    /// <summary>Whether this is the path of the sdist's own metadata, in any top folder.</summary>
    public static bool IsMetadata(string path) => path.EndsWith("/PKG-INFO", StringComparison.Ordinal) && path.AsSpan().Count('/') == 1;

    /// <exception cref="InvalidDataException">It is outside of the folder, or conflicts with another path.</exception>
    public void Add(string path, EntryKind kind)
    {
        _paths.Add(path, kind, mayRepeat: !IsMetadata(path));

        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var top = slash < 0 ? path : path[..slash];
        if (slash < 0 && kind != EntryKind.Folder)
        {
            throw new InvalidDataException($"The entry {EntryPath.Quote(path)} lies outside of the one folder that an sdist has.");
        }

        if (_folder is null && !ReleaseName.IsOf(filename, top))
        {
            var sentence = $"The folder {EntryPath.Quote(top)} in the sdist is not named {filename.Stem}.";
            if (!ReleaseName.IsOfProject(filename.Project, top))
            {
                throw new InvalidDataException(sentence);
            }

            // Installers ignore the name of the folder.
            _irregularities.Note(sentence);
        }

        _folder ??= top;
        if (top != _folder)
        {
            throw new InvalidDataException($"The entry {EntryPath.Quote(path)} lies outside of the folder {EntryPath.Quote(_folder)}, the only one that an sdist has.");
        }
    }

    /// <param name="path">Path of the link.</param>
    /// <param name="target">Its target, relative to the link's folder.</param>
    /// <exception cref="InvalidDataException">It leads out of the folder of the sdist.</exception>
    public void AddSymbolicLink(string path, string target)
    {
        Add(path, EntryKind.Link);

        // Leading «..» are exact, since no entry is inside a link (CheckFolders). A «..» after a name is refused: that name could be a link too.
        var depth = path.AsSpan().Count('/');
        var rest = target.TrimEnd('/') + "/";
        while (rest.StartsWith("../", StringComparison.Ordinal) || rest.StartsWith("./", StringComparison.Ordinal))
        {
            depth -= rest[1] == '.' ? 1 : 0;
            rest = rest[(rest[1] == '.' ? 3 : 2)..];
        }

        if (depth < 1)
        {
            throw new InvalidDataException($"The link {EntryPath.Quote(path)} leads out of the sdist, to {EntryPath.Quote(target)}.");
        }

        if (rest.Length != 0)
        {
            CheckTarget(path, target, rest[..^1]);
        }
    }

    /// <param name="path">Path of the link.</param>
    /// <param name="target">The path of an earlier entry.</param>
    /// <exception cref="InvalidDataException">There is no such file.</exception>
    public void AddHardLink(string path, string target)
    {
        Add(path, EntryKind.Link);
        CheckTarget(path, target, target);
        if (_paths.KindOf(target) != EntryKind.File)
        {
            throw new InvalidDataException($"The hard link {EntryPath.Quote(path)} leads to {EntryPath.Quote(target)}, which is no file before it.");
        }
    }

    /// <summary>Completes the checks after the last entry.</summary>
    /// <param name="document">PKG-INFO, if there was one.</param>
    /// <exception cref="InvalidDataException">Something is missing or invalid.</exception>
    public InspectedArchive Finish(byte[]? document)
    {
        _paths.CheckFolders();
        if (document is null)
        {
            throw new InvalidDataException($"The sdist lacks {EntryPath.Quote($"{_folder ?? filename.Stem}/PKG-INFO")}.");
        }

        if (!CoreMetadata.TryParse(document, out var metadata, out var problem))
        {
            throw new InvalidDataException(problem);
        }

        if (!Utf8.IsValid(document))
        {
            _irregularities.Note("PKG-INFO in the sdist is not UTF-8.");
        }

        LicenseFiles.Check(metadata, $"{_folder}/", _paths, _irregularities);

        return new InspectedArchive(document, metadata, RecordDifference: null, _irregularities.First);
    }

    private static void CheckTarget(string path, string target, string plain)
    {
        if (EntryPath.Problem(plain) is not null)
        {
            throw new InvalidDataException($"The link {EntryPath.Quote(path)} leads to {EntryPath.Quote(target)}, which is no plain path within the sdist.");
        }
    }
}
