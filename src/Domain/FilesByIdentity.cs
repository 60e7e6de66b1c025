using System.Collections.Immutable;

namespace PyWharf.Domain;

/// <summary>What a record says of files by their names, found by the identity of a file. Immutable.</summary>
internal sealed class FilesByIdentity<T>
    where T : class
{
    private readonly Dictionary<DistributionIdentity, KeyValuePair<string, T>> _files = [];

    /// <param name="names">What is said. A name that is none of a distribution file stands for itself alone.</param>
    /// <param name="project">The project of all of them.</param>
    public FilesByIdentity(ImmutableSortedDictionary<string, T> names, ProjectName project)
    {
        Names = names;
        foreach (var said in names)
        {
            if (DistributionFilename.TryParseStored(said.Key, project, out var filename))
            {
                _files[filename.Identity] = said;
            }
        }
    }

    /// <summary>What this was made of.</summary>
    public ImmutableSortedDictionary<string, T> Names { get; }

    /// <summary>The name of a file of this identity, and what is said of it; null where nothing is.</summary>
    public KeyValuePair<string, T>? Find(DistributionIdentity identity) => _files.TryGetValue(identity, out var said) ? said : null;
}
