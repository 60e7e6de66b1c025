using System.Collections.Immutable;

namespace PyWharf.Domain;

/// <summary>Looks up entries of a project record, which are keyed by file names, by the identity of a file. Immutable.</summary>
internal sealed class FilesByIdentity<T>
    where T : class
{
    private readonly Dictionary<DistributionIdentity, KeyValuePair<string, T>> _files = [];

    /// <param name="names">The entries by file name. Names that are no distribution file names have no identity.</param>
    /// <param name="project">The project of the files.</param>
    public FilesByIdentity(ImmutableSortedDictionary<string, T> names, ProjectName project)
    {
        Names = names;
        foreach (var entry in names)
        {
            if (DistributionFilename.TryParseStored(entry.Key, project, out var filename))
            {
                _files[filename.Identity] = entry;
            }
        }
    }

    /// <summary>The entries by file name.</summary>
    public ImmutableSortedDictionary<string, T> Names { get; }

    /// <summary>An entry for a file of this identity; null if there is none.</summary>
    public KeyValuePair<string, T>? Find(DistributionIdentity identity) => _files.TryGetValue(identity, out var entry) ? entry : null;
}
