using System.Text;
using System.Text.Unicode;
using PyWharf.Application.Archives;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Packages;

/// <summary>
/// Holds one upload against the policy of its repository: what a rule objects to is refused, warned about or let pass. The checks
/// give back the refusal; null where the upload may go on.
/// </summary>
internal sealed class PolicyCheck(PublishingPolicy policy, DistributionFilename filename)
{
    private readonly List<string> _warnings = [];

    /// <summary>A sentence for each objection that is no refusal, in the order of the checks.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>What can be said without a look at the file.</summary>
    public Failure? CheckForm(UploadForm form) => CheckFilename() ?? CheckDigests(form);

    /// <summary>What was found inside the file, or why nothing was.</summary>
    public Failure? CheckArchive(Outcome<InspectedArchive> inspected)
    {
        if (inspected.Failure is { } unsound)
        {
            return Apply(policy.UnsoundArchive, unsound.Message);
        }

        return CheckIrregularity(inspected.Value) ?? CheckDocument(inspected.Value.Document.Span) ?? CheckRecord(inspected.Value);
    }

    /// <summary>Whether the file's own metadata is of the release that its name, and with it the form, says.</summary>
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
