using PyWharf.Domain;

namespace PyWharf.Infrastructure.Formats;

/// <summary>What the original program writes of a published file into index.toml, which it needs to serve a storage.</summary>
internal static class OriginalIndex
{
    /// <summary>In the order of the original program: by folder, then by name.</summary>
    public static IEnumerable<PackageFile> InOrder(IEnumerable<PackageFile> files) => files
        .OrderBy(file => file.Location, StringComparer.Ordinal)
        .ThenBy(file => file.Filename.ToString(), StringComparer.Ordinal);

    /// <summary>The entry of a file.</summary>
    /// <param name="type">The type of the storage.</param>
    /// <param name="file">The file.</param>
    /// <param name="form">Its upload form; null if there is none.</param>
    /// <param name="url">Its URL; null if <paramref name="path"/> is given instead.</param>
    /// <param name="path">Its path; null if <paramref name="url"/> is given instead.</param>
    public static IndexedPackage Entry(string type, PackageFile file, IReadOnlyDictionary<string, string>? form, string? url, string? path)
    {
        var project = file.Filename.Project.ToString();

        return new IndexedPackage(
            type,
            project,
            file.Filename.Stem,
            file.Filename.Extension,
            file.Sha256,
            url,
            path,
            [
                .. (form ?? new Dictionary<string, string>()).Where(field => field.Key is not ("distrib" or "sha256")),
                new("distrib", project),
                new("sha256", file.Sha256.ToString()),
            ]);
    }
}
