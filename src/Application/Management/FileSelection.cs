using PyWharf.Domain;

namespace PyWharf.Application.Decisions;

/// <summary>Which files of a project something is decided about: one, or all of a version.</summary>
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

    /// <summary>The file of exactly this name.</summary>
    public sealed record OfName(string Filename) : FileSelection
    {
        /// <inheritdoc/>
        public override string ToString() => Filename;
    }

    /// <summary>What a person means by <c>1.0</c> or by <c>demo-1.0.tar.gz</c>: a version if it is one, else a file name.</summary>
    public static FileSelection Parse(string text) => PackageVersion.TryParse(text, out var version) ? new OfVersion(version) : new OfName(text);

    /// <summary>The selected ones of the files that a project has, oldest first.</summary>
    public IReadOnlyList<PackageFile> Among(ProjectFiles files) => [.. files.InOrder().Where(file => Selects(file.Filename))];

    /// <summary>The selected ones of the files that a project had and that were deleted.</summary>
    public IEnumerable<DistributionFilename> AmongDeleted(ProjectFiles files) =>
        from name in files.Record.Deleted.Keys
        let filename = DistributionFilename.TryParseStored(name, files.Name, out var parsed) ? parsed : null
        where filename is not null && Selects(filename)
        select filename;

    /// <summary>The selected ones of the files that are deleted and that the storage has all the same.</summary>
    public IEnumerable<PackageFile> AmongLeft(ProjectFiles files) => files.Deleted.Where(file => Selects(file.Filename));

    private bool Selects(DistributionFilename filename) => this switch
    {
        OfVersion(var version) => version.Equals(filename.Version),
        OfName(var name) => name == filename.ToString(),
        _ => false,
    };
}
