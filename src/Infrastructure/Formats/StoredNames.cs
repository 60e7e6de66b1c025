namespace PyWharf.Infrastructure.Formats;

/// <summary>The names in the folder of a project, in a file system and in an object storage.</summary>
internal static class StoredNames
{
    /// <summary>File systems allow names of 255 bytes, and the names of the files beside a package are longer.</summary>
    public const int LongestFilename = 240;

    private const string MetaSuffix = ".meta";
    private const string AttestationsSuffix = ".attestations";

    /// <summary>The name of a file's upload form.</summary>
    public static string Meta(string filename) => filename + MetaSuffix;

    /// <summary>The name of a file's attestations.</summary>
    public static string Attestations(string filename) => filename + AttestationsSuffix;

    /// <summary>Whether a name is of a file that belongs to a package.</summary>
    public static bool IsBesideFile(string name) =>
        name.EndsWith(MetaSuffix, StringComparison.Ordinal) || name.EndsWith(AttestationsSuffix, StringComparison.Ordinal);

    /// <summary>Whether a name may be of a package.</summary>
    public static bool IsPackage(string name) => !IsBesideFile(name) && name[0] != '.';

    /// <summary>Whether a name is of an upload form.</summary>
    public static bool IsMeta(string name) => name.EndsWith(MetaSuffix, StringComparison.Ordinal);

    /// <summary>The name of the file to which an upload form belongs.</summary>
    public static string FileOf(string meta) => meta[..^MetaSuffix.Length];
}
