using System.Security.Cryptography;
using System.Text;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Caching;

/// <summary>
/// The digests that files without an announced one had when they were first downloaded, which are those that count from then on. Small files in a folder,
/// created so that the first of several processes wins, and whole after a crash.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="staging">Where the files are written.</param>
internal sealed class FirstDigests(string folder, DiskStaging staging)
{
    /// <summary>The name for a file: the digest of what tells it from others.</summary>
    public static Sha256Digest IdentityOf(params IEnumerable<string> parts) =>
        Sha256Digest.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));

    /// <summary>The digest that counts; null if the file was not downloaded yet.</summary>
    public Sha256Digest? Find(Sha256Digest identity)
    {
        try
        {
            return Read(PathOf(identity));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Remembers the digest of a file, unless there is one already.</summary>
    /// <returns>The digest that counts.</returns>
    public Sha256Digest Settle(Sha256Digest identity, Sha256Digest digest)
    {
        var path = PathOf(identity);
        Directory.CreateDirectory(folder);
        while (!staging.TryPlace(path, Encoding.ASCII.GetBytes(digest.ToString())))
        {
            if (Find(identity) is { } first)
            {
                return first;
            }

            // Damaged, or just deleted.
            File.Delete(path);
        }

        return digest;
    }

    /// <summary>The digest in a file; null if it is damaged.</summary>
    internal static Sha256Digest? Read(string path) =>
        FileEntry.At(path) is { Length: 2 * SHA256.HashSizeInBytes } && Sha256Digest.TryParse(File.ReadAllText(path), out var digest) ? digest : null;

    private string PathOf(Sha256Digest identity) => Path.Combine(folder, identity.ToString());
}
