using PyWharf.Domain;

namespace PyWharf.Application.Rendering;

/// <summary>Creates the page content of a project of this server.</summary>
public static class ProjectPageFactory
{
    // Shown as quarantined: installers report the reason (PEP 792), while they take an error status for a temporary problem.
    private static readonly ProjectStatus Unreadable =
        new(StatusMarker.Quarantined.Text(), "what the storage says about it can't be read, which the operator of this server has to mend");

    /// <summary>The page of a project, with links relative to the page.</summary>
    public static ProjectPage Create(ProjectFiles files)
    {
        // A quarantined project must not offer files (PEP 792).
        var ordered = files.IsOffered ? files.InOrder() : [];
        var record = files.Record;

        return new ProjectPage(files.Name.ToString(), [.. ordered.Select(file => File(file, record))])
        {
            Status = !record.IsReadable ? Unreadable
                : record.Status == StatusMarker.Active && record.StatusReason is null ? null : new ProjectStatus(record.Status.Text(), record.StatusReason),
            Versions = [.. ordered.Select(file => file.Filename.Version?.ToString()).OfType<string>().Distinct()],
        };
    }

    private static PageFile File(PackageFile file, ProjectRecord record) => PageFile.Beside(file.Filename.ToString()) with
    {
        Hashes = [FileHash.Sha256(file.Sha256.ToString())],
        Size = file.Size,
        UploadTime = file.UploadedAt is { } time ? PageFile.FormatUploadTime(time) : null,
        RequiresPython = file.RequiresPython?.ToString(),
        CoreMetadata = file.MetadataSha256 is { } metadata ? new CoreMetadataLink([FileHash.Sha256(metadata.ToString())]) : null,
        Yanked = record.YankOf(file.Filename),
    };
}
