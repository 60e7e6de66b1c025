using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.S3.Objects;

/// <summary>A listing of the objects of a project.</summary>
/// <param name="location">The name of its folder, which may be unnormalised.</param>
internal sealed class ProjectFolder(string location)
{
    private readonly SortedDictionary<string, StoredObject> _objects = new(StringComparer.Ordinal);

    public string Location => location;

    /// <summary>The object of a name; null if there is none.</summary>
    public StoredObject? this[string name] => _objects.GetValueOrDefault(name);

    /// <summary>The object of the project's record; null if there is none.</summary>
    public StoredObject? Record => this[RecordFile.Filename];

    /// <summary>The objects that may be packages, by name.</summary>
    public IEnumerable<KeyValuePair<string, StoredObject>> Packages => _objects.Where(found => StoredNames.IsPackage(found.Key));

    /// <summary>Changes when a package, a file beside it, or the record does.</summary>
    public long Stamp => Hash(_objects.Where(found => found.Key[0] != '.' || found.Key == RecordFile.Filename).Select(found => $"{found.Key}\n{found.Value.Size}\n{found.Value.ETag}\n"));

    public void Add(string name, StoredObject found) => _objects[name] = found;

    /// <summary>Changes when a package or its upload form does.</summary>
    public long StampOf(string filename) => StampOf(this[filename]?.ETag, this[StoredNames.Meta(filename)]?.ETag);

    /// <summary>The same, of their ETags.</summary>
    public static long StampOf(string? file, string? meta) => Hash([$"{file}\n{meta}\n"]);

    /// <summary>Lists the folder of a project.</summary>
    public static async Task<ProjectFolder> ListAsync(ObjectStore store, string location, CancellationToken cancellationToken)
    {
        var folder = new ProjectFolder(location);
        await foreach (var found in store.ListAsync(store.Keys.Folder(location), cancellationToken))
        {
            if (store.Keys.TrySplit(found.Key, out _, out var name))
            {
                folder.Add(name, found);
            }
        }

        return folder;
    }

    private static long Hash(IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
        }

        return BinaryPrimitives.ReadInt64LittleEndian(hash.GetHashAndReset());
    }
}
