using System.Globalization;
using System.Text.Json.Serialization;
using PyWharf.Application.Rendering;
using PyWharf.Application.Upstream;
using PyWharf.Domain;

namespace PyWharf.Application.Resolution;

/// <summary>What a repository does with a project and each of its files, and which rule decided. Serialised as it is, in snake case.</summary>
/// <param name="Project">The normalised name.</param>
/// <param name="Repository">The repository.</param>
/// <param name="Files">Its files; none if a rule keeps the project as a whole from coming.</param>
public sealed record Explanation(string Project, string Repository, IReadOnlyList<ExplainedFile> Files)
{
    private const string Quarantined = "quarantined";

    /// <summary>The rule that keeps the project as a whole from coming: <c>reserve</c>, <c>deny</c>, <c>allow</c>, or <c>quarantined</c> upstream; null if none does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Rule { get; init; }

    /// <summary>One sentence for people; null if no rule keeps the project as a whole from coming.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>Of a project that a rule decides as a whole.</summary>
    internal static Explanation Of(RepositoryName repository, ProjectName project, Ruling ruling) =>
        new(project.ToString(), repository.ToString(), []) { Rule = ruling.Rule, Reason = ruling.Reason };

    /// <summary>Of a project that the repository has.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="project">The project.</param>
    /// <param name="member">The member that has it, if the repository is a group.</param>
    internal static Explanation Of(RepositoryName repository, ProjectFiles project, RepositoryName? member = null)
    {
        var record = project.Record;
        var deleted = project.Deleted.Select(file => file.Filename.ToString()).Union(record.Deleted.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal);

        return new Explanation(
            project.Name.ToString(),
            repository.ToString(),
            [.. project.InOrder().Select(file => Of(file, record)).Concat(deleted.Select(filename => OfDeleted(filename, project))).Select(file => In(member, file))]);
    }

    /// <summary>Of a project that an upstream index has.</summary>
    internal static Explanation Of(RepositoryName repository, UpstreamOffer offer, DateTimeOffset now)
    {
        var (project, page) = (offer.Project, offer.Project.Page);

        // The page of a quarantined project has no files (PEP 792).
        return page.Status is { Marker: Quarantined } status
            ? Of(repository, project.Name, new Ruling(Quarantined, $"The project {project.Name} is quarantined at {project.Host}{Because(status.Reason)}: none of its files may be installed."))
            : new Explanation(project.Name.ToString(), repository.ToString(), [.. page.Files.Select(file => Of(file, offer, now))]);
    }

    private static ExplainedFile In(RepositoryName? member, ExplainedFile file) =>
        member is null ? file : file with { Source = FileSource.Member, Member = member.ToString() };

    private static ExplainedFile Of(PackageFile file, ProjectRecord record)
    {
        var (rule, reason) = record.Status == StatusMarker.Quarantined
            ? (Quarantined, $"The project is quarantined{Because(record.StatusReason)}: none of its files may be installed.")
            : record.YankOf(file.Filename) is { } yank ? ("yanked", Yanked(yank))
            : ((string?)null, "It is published here, and no rule holds it back.");

        return new ExplainedFile(
            file.Filename.ToString(), file.Filename.Version?.ToString(), FileSource.Local, record.Status != StatusMarker.Quarantined, rule, reason);
    }

    private static ExplainedFile OfDeleted(string filename, ProjectFiles project)
    {
        var version = DistributionFilename.TryParseStored(filename, project.Name, out var parsed) ? parsed.Version : null;
        var at = project.Record.Deleted.TryGetValue(filename, out var deletion) ? deletion.At
            : version is not null && project.Record.DeletedVersions.TryGetValue(version, out var time) ? time
            : (DateTimeOffset?)null;
        var when = at is { } known ? $" at {known.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC" : "";

        return new ExplainedFile(
            filename, version?.ToString(), FileSource.Local, Offered: false, "deleted", $"It was deleted{when}, and what was deleted never comes back, from the upstream index neither.");
    }

    private static ExplainedFile Of(PageFile file, UpstreamOffer offer, DateTimeOffset now)
    {
        var version = DistributionFilename.TryParse(file.Filename, out var parsed) ? parsed.Version?.ToString() : null;
        if (offer.Against(file, now) is { } ruling)
        {
            return new ExplainedFile(
                file.Filename, version, FileSource.Upstream, Offered: false, ruling.Rule, ruling.Reason, ruling.Until is { } until ? PageFile.FormatUploadTime(until) : null);
        }

        var (rule, reason) = file.Yanked is { } yank
            ? ("yanked", Yanked(yank))
            : (null, $"It comes from {offer.Project.Host}, and no rule holds it back{(offer.Source.Rules.IsExempt(offer.Project.Name) ? ": min_age_exempt frees its project from min_age" : "")}.");

        return new ExplainedFile(file.Filename, version, FileSource.Upstream, Offered: true, rule, reason);
    }

    private static string Yanked(string reason) => $"It is yanked{Because(reason)}: installers pass over it, unless exactly its version is asked for.";

    private static string Because(string? reason) => string.IsNullOrEmpty(reason) ? "" : $" ({reason})";
}
