using System.Text;
using System.Text.Unicode;
using PyWharf.Application.Archives;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Packages;

/// <summary>
/// Checks one upload against the publishing policy of its repository. A violated rule refuses the upload, adds a warning or is ignored, as
/// configured. Each check returns the refusal; null if the upload may go on.
/// </summary>
internal sealed class PolicyCheck(PublishingPolicy policy, DistributionFilename filename)
{
    private readonly List<string> _warnings = [];

    /// <summary>The warnings, one sentence each, in the order of the checks.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Checks the file name and the form.</summary>
    public Failure? CheckForm(UploadForm form) => CheckFilename() ?? CheckDigests(form);

    /// <summary>Checks the result of the inspection of the archive.</summary>
    public Failure? CheckArchive(Outcome<InspectedArchive> inspected)
    {
        if (inspected.Failure is { } unsound)
        {
            return Apply(policy.UnsoundArchive, unsound.Message);
        }

        return CheckIrregularity(inspected.Value) ?? CheckDocument(inspected.Value.Document.Span) ?? CheckRecord(inspected.Value);
    }

    /// <summary>Checks that the metadata inside the file has the project and version of the file name.</summary>
    public Failure? CheckMetadata(CoreMetadata metadata)
    {
        var name = ProjectName.TryParse(metadata.Name, out var project) ? project.ToString() : "an invalid name";
        var number = PackageVersion.TryParse(metadata.Version, out var version) ? version.ToString() : "an invalid version";

        return filename.Project.Equals(project) && version is not null && version.Equals(filename.Version)
            ? null
            : Apply(
                policy.MetadataMismatch,
                $"The metadata inside the file is of {name} {number}, but its name and the form say {filename.Project} {filename.Version}: build it again.");
    }

    private Failure? CheckIrregularity(InspectedArchive archive) =>
        archive.Irregularity is { } irregularity ? Apply(policy.IrregularArchive, irregularity) : null;

    private Failure? CheckDocument(ReadOnlySpan<byte> document)
    {
        var problem =
            filename.Kind != DistributionKind.Wheel ? null
            : !Utf8.IsValid(document) ? "is not UTF-8"
            : document.StartsWith(Encoding.UTF8.Preamble) ? "begins with a byte order mark"
            : null;

        return problem is null ? null : Apply(policy.UnreadableMetadata, $"METADATA in the wheel {problem}, so that pip can't install it: build it again.");
    }

    private Failure? CheckRecord(InspectedArchive archive) =>
        archive.RecordDifference is { } difference ? Apply(policy.RecordDifference, difference) : null;

    private Failure? CheckFilename()
    {
        var normal = filename.Normalized;

        return normal == filename.ToString()
            ? null
            : Apply(
                filename.Kind == DistributionKind.Wheel ? policy.LegacyWheelName : policy.LegacySdistName,
                $"The name of the file is of an old form; today's tools call it {normal}.");
    }

    private Failure? CheckDigests(UploadForm form) =>
        UploadForm.DigestFields.Any(field => form[field] is not null)
            ? null
            : Apply(policy.MissingDigest, "The form has no digest of the file (sha256_digest), so that damage on the way goes unnoticed.");

    private Failure? Apply(PolicyAction action, string sentence)
    {
        switch (action)
        {
            case PolicyAction.Refuse:
                return new Failure(FailureKind.Invalid, sentence);
            case PolicyAction.Warn:
                _warnings.Add(sentence);
                return null;
            default:
                return null;
        }
    }
}
