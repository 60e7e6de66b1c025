using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>The index.toml beside the packages, which the original program needs to serve the folder.</summary>
internal static class OriginalIndex
{
    /// <summary>Replaces the file.</summary>
    public static void Write(StorageLayout layout, IEnumerable<PackageFile> files, DateTimeOffset now)
    {
        // One entry at a time, as the forms of a hundred thousand uploads take gigabytes.
        DurableFile.WriteWhole(layout.IndexFile, file => IndexFile.Write(file, now, InOrder(files).Select(file => Entry(layout, file))));
    }

    /// <summary>In the order of the original program: by folder, then by name.</summary>
    private static IEnumerable<PackageFile> InOrder(IEnumerable<PackageFile> files) => files
        .OrderBy(file => file.Location, StringComparer.Ordinal)
        .ThenBy(file => file.Filename.ToString(), StringComparer.Ordinal);

    private static IndexedPackage Entry(StorageLayout layout, PackageFile file)
    {
        var (project, digest) = (file.Filename.Project.ToString(), file.Sha256.ToString());
        var form = MetaFile.TryRead(layout.Meta(file.Location, file.Filename.ToString()), out _);

        return new IndexedPackage(
            FileSystemBackendType.TypeName,
            project,
            file.Filename.Stem,
            file.Filename.Extension,
            file.Sha256,
            Url: null,
            layout.File(file.Location, file.Filename.ToString()),
            [
                .. (form ?? new Dictionary<string, string>()).Where(field => field.Key is not ("distrib" or "sha256")),
                new("distrib", project),
                new("sha256", digest),
            ]);
    }
}
