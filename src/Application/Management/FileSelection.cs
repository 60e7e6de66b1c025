using PyWharf.Domain;

namespace PyWharf.Application.Management;

/// <summary>The files of a project that a request is about: one file, or all files of a version.</summary>
public abstract record FileSelection
{
    private FileSelection()
    {
    }

    /// <summary>All files of a version.</summary>
    public sealed record OfVersion(PackageVersion Version) : FileSelection
    {
        /// <inheritdoc/>
        public override string ToString() => $"version {Version}";
    }

    /// <summary>The file with exactly this name.</summary>
    public sealed record OfName(string Filename) : FileSelection
    {
        /// <inheritdoc/>
        public override string ToString() => Filename;
    }

    /// <summary>The name of the file, if it is one file and the name is that of a distribution.</summary>
    public string? NamedFile => this is OfName(var name) && DistributionFilename.TryParse(name, out _) ? name : null;

    /// <summary>Parses <c>1.0</c> as a version, and anything that is no version, such as <c>demo-1.0.tar.gz</c>, as a file name.</summary>
    public static FileSelection Parse(string text) => PackageVersion.TryParse(text, out var version) ? new OfVersion(version) : new OfName(text);

    /// <summary>The project's selected files, oldest first.</summary>
    public IReadOnlyList<PackageFile> Among(ProjectFiles files) => [.. files.InOrder().Where(file => Selects(file.Filename))];

    /// <summary>The names of the selected files that were deleted.</summary>
    public IEnumerable<DistributionFilename> AmongDeleted(ProjectFiles files) =>
        from name in files.Record.Deleted.Keys
        let filename = DistributionFilename.TryParseStored(name, files.Name, out var parsed) ? parsed : null
        where filename is not null && Selects(filename)
        select filename;

    /// <summary>The selected files that are deleted but still in the storage (an interrupted deletion).</summary>
    public IEnumerable<PackageFile> AmongLeftovers(ProjectFiles files) => files.Deleted.Where(file => Selects(file.Filename));

    private bool Selects(DistributionFilename filename) => this switch
    {
        OfVersion(var version) => version.Equals(filename.Version),
        OfName(var name) => name == filename.ToString(),
        _ => false,
    };
}
