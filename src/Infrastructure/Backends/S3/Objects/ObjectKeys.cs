using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.S3.Objects;

/// <summary>The keys of a repository's objects: as the paths of a file_system storage, so that a copy of one is such a repository.</summary>
/// <param name="prefix">What all begin with: empty, or ending in a slash.</param>
internal sealed class ObjectKeys(string prefix)
{
    private const string ClaimPrefix = ".claim-";

    /// <summary>What the keys of all objects begin with.</summary>
    public string Prefix => prefix;

    /// <summary>The index of the original program.</summary>
    public string Index => $"{prefix}index.toml";

    /// <summary>What the keys of the markers of uploads in progress begin with. No project name begins with a dot.</summary>
    public string Uploads => $"{prefix}.uploads/";

    /// <summary>What the keys of a project's objects begin with; its name, the location, may be unnormalised.</summary>
    public string Folder(string location) => $"{prefix}{location}/";

    /// <summary>A published file.</summary>
    public string File(string location, string filename) => $"{prefix}{location}/{filename}";

    /// <summary>A published file.</summary>
    public string File(PackageFile file) => File(file.Location, file.Filename.ToString());

    /// <summary>The upload form of a file.</summary>
    public string Meta(string location, string filename) => File(location, StoredNames.Meta(filename));

    /// <summary>The attestations of a file.</summary>
    public string Attestations(string location, string filename) => File(location, StoredNames.Attestations(filename));

    /// <summary>The record of a project.</summary>
    public string Record(ProjectName project) => File(project.ToString(), RecordFile.Filename);

    /// <summary>Says who uploads a file in parts.</summary>
    public string Claim(string location, string filename) => File(location, ClaimPrefix + filename);

    /// <summary>The name of such a claim in the project's folder.</summary>
    public static string ClaimName(string filename) => ClaimPrefix + filename;

    /// <summary>Splits a key into the folder of a project and the name in it; false for other keys.</summary>
    public bool TrySplit(string key, out string location, out string name)
    {
        var end = key.IndexOf('/', prefix.Length);
        (location, name) = end < 0 ? ("", "") : (key[prefix.Length..end], key[(end + 1)..]);

        return location.Length > 0 && name.Length > 0 && location[0] != '.' && !name.Contains('/', StringComparison.Ordinal);
    }
}
