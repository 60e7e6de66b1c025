using Microsoft.Win32.SafeHandles;
using PyWharf.Domain;

namespace PyWharf.Application.Archives;

/// <summary>Inspects sdists: <c>.tar.gz</c>, and the older <c>.zip</c>.</summary>
internal static class SdistInspection
{
    // When only the metadata is wanted, PKG-INFO is searched in the first uncompressed bytes.
    private const long MetadataScanBytes = 32 * 1024 * 1024;

    /// <exception cref="InvalidDataException">It is incomplete or unsafe.</exception>
    public static InspectedArchive InspectTar(
        SafeFileHandle file, long length, DistributionFilename filename, DecompressionBudget budget, CancellationToken cancellationToken)
    {
        using var archive = GzipMember.Open(file, length, budget);
        ArchiveKind.CheckIsNoZip(file, length);
        var members = new TarMembers(archive, cancellationToken);
        var paths = new SdistPaths(filename);
        byte[]? document = null;
        while (members.Next() is { } member)
        {
            document = Take(member, paths) ? ReadMetadata(members, member) : document;
        }

        return paths.Finish(document);
    }

    /// <exception cref="InvalidDataException">It is incomplete or unsafe.</exception>
    public static InspectedArchive InspectZip(
        ZipDirectory zip, DistributionFilename filename, DecompressionBudget budget, CancellationToken cancellationToken)
    {
        var paths = new SdistPaths(filename);
        foreach (var path in zip.Paths.All)
        {
            paths.Add(path, zip.Paths.KindOf(path) ?? EntryKind.File);
        }

        foreach (var entry in zip.Entries)
        {
            using var content = zip.Open(entry, budget);
            content.ReadThrough(hash: null, cancellationToken);
        }

        return paths.Finish(Metadata(zip));
    }

    /// <summary>PKG-INFO of the sdist; null if there is none.</summary>
    public static byte[]? Metadata(ZipDirectory zip) =>
        zip.Entries.FirstOrDefault(entry => SdistPaths.IsMetadata(entry.Name)) is { } entry ? zip.ReadDocument(entry.Name) : null;

    /// <summary>PKG-INFO near the beginning of the archive; null if there is none.</summary>
    public static byte[]? Metadata(SafeFileHandle file, long length)
    {
        using var archive = GzipMember.Open(file, length, new DecompressionBudget(MetadataScanBytes));
        var members = new TarMembers(archive, CancellationToken.None);
        while (members.Next() is { } member)
        {
            if (member.Type is '0' or '\0' && SdistPaths.IsMetadata(PathOf(member)))
            {
                return ReadMetadata(members, member);
            }
        }

        return null;
    }

    /// <summary>Adds the path of the member; returns whether it is PKG-INFO.</summary>
    private static bool Take(TarHeader member, SdistPaths paths)
    {
        var path = PathOf(member);
        if (member.Type is not ('0' or '\0') && member.Size != 0)
        {
            throw new InvalidDataException($"The entry {EntryPath.Quote(path)} is no file and yet has content.");
        }

        switch (member.Type)
        {
            case '5' or '\0' when member.Type == '5' || member.Name.EndsWith('/'): // the type '5' exists since POSIX
                if (path is not ("." or "")) // "tar c ." adds the current folder first
                {
                    paths.Add(path.TrimEnd('/'), EntryKind.Folder);
                }

                return false;
            case '0' or '\0':
                paths.Add(path, EntryKind.File);
                return SdistPaths.IsMetadata(path);
            case '1':
                paths.AddHardLink(path, WithoutDot(member.LinkName));
                return false;
            case '2':
                paths.AddSymbolicLink(path, member.LinkName);
                return false;
            default:
                throw new InvalidDataException($"The entry {EntryPath.Quote(path)} is a device, a sparse file or another thing that has no place in an sdist.");
        }
    }

    private static byte[] ReadMetadata(TarMembers members, TarHeader member) =>
        member.Size <= DecompressionBudget.DocumentBytes
            ? members.ReadData((int)member.Size)
            : throw new InvalidDataException($"The entry {EntryPath.Quote(member.Name)} is larger than {DecompressionBudget.DocumentBytes >> 20} MiB.");

    private static string PathOf(TarHeader member) => WithoutDot(member.Name);

    private static string WithoutDot(string path) => path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
}
