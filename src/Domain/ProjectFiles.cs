using System.Collections.Immutable;

namespace PyWharf.Domain;

/// <summary>The files of one project. Immutable: a change makes another object, so whatever was made from one (a page) fits it for ever.</summary>
public sealed class ProjectFiles
{
    internal ProjectFiles(ProjectName name, ImmutableDictionary<string, PackageFile> byFilename)
    {
        Name = name;
        ByFilename = byFilename;
    }

    /// <summary>The project.</summary>
    public ProjectName Name { get; }

    /// <summary>How many files there are; at least one.</summary>
    public int Count => ByFilename.Count;

    internal ImmutableDictionary<string, PackageFile> ByFilename { get; }

    /// <summary>The file of exactly this name, or null.</summary>
    public PackageFile? Find(string filename) => ByFilename.GetValueOrDefault(filename);

    /// <summary>Oldest version first, files of one version by name; a legacy file without a version comes before all.</summary>
    public IReadOnlyList<PackageFile> InOrder()
    {
        var files = ByFilename.Values.ToArray();
        Array.Sort(files, static (left, right) =>
        {
            var byVersion = Comparer<PackageVersion?>.Default.Compare(left.Filename.Version, right.Filename.Version);

            return byVersion != 0
                ? byVersion
                : string.CompareOrdinal(left.Filename.ToString(), right.Filename.ToString());
        });

        return files;
    }
}
