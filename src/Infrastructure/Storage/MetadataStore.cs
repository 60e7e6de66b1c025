using System.Collections.Concurrent;
using System.Security.Cryptography;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Storage;

/// <summary>
/// The core metadata documents of wheels by digest, as the wheels of one version mostly share one. It is a cache, so nothing is flushed to the
/// disk; the digest of a document is verified once per process and after each change of its file.
/// </summary>
/// <param name="folder">The folder of the cache.</param>
internal sealed class MetadataStore(string folder)
{
    private readonly ConcurrentDictionary<Sha256Digest, (string Path, FileEntry Entry)> _seen = new();

    /// <summary>Adds a document; returns its digest.</summary>
    public Sha256Digest Add(ReadOnlySpan<byte> document)
    {
        var digest = Sha256Digest.FromBytes(SHA256.HashData(document));
        if (Find(digest) is not null)
        {
            return digest;
        }

        var path = PathOf(digest);
        var temporary = $"{path}.{Guid.NewGuid():N}.new";
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? folder);
        try
        {
            File.WriteAllBytes(temporary, document);
            DurableFile.Replace(temporary, path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        _seen[digest] = (path, FileEntry.At(path));

        return digest;
    }

    /// <summary>The path of a document; null where it is missing or damaged.</summary>
    public string? Find(Sha256Digest digest)
    {
        var path = _seen.TryGetValue(digest, out var known) ? known.Path : PathOf(digest);
        var entry = FileEntry.At(path);
        if (entry.IsFile && entry == known.Entry)
        {
            return path;
        }

        if (!entry.IsFile || !Sha256Digest.FromBytes(SHA256.HashData(File.ReadAllBytes(path))).Equals(digest))
        {
            return null;
        }

        _seen[digest] = (path, entry);

        return path;
    }

    private string PathOf(Sha256Digest digest)
    {
        var hex = digest.ToString();

        return Path.Combine(folder, hex[..2], hex);
    }
}
