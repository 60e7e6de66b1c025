using System.Globalization;
using PyWharf.Domain;

namespace PyWharf.Application.Upstream;

/// <summary>What may come from a repository's upstream index: <c>[NAME.upstream]</c> in config.toml. Reserved names are not part of it.</summary>
public sealed record UpstreamRules
{
    /// <summary>Everything may come.</summary>
    public static UpstreamRules None { get; } = new();

    /// <summary>The projects that may come; all others may not.</summary>
    public IReadOnlyList<NamePattern> Allow { get; init; } = [NamePattern.Any];

    /// <summary>The projects that may not come, whatever <see cref="Allow"/> says.</summary>
    public IReadOnlyList<NamePattern> Deny { get; init; } = [];

    /// <summary>How long ago a file must have been uploaded (a cooldown); zero for no such rule.</summary>
    public TimeSpan MinAge { get; init; }

    /// <summary>The projects that <see cref="MinAge"/> does not apply to.</summary>
    public IReadOnlyList<NamePattern> MinAgeExempt { get; init; } = [];

    /// <summary>The ruling against a whole project; null if it may be asked for.</summary>
    public Ruling? Against(ProjectName project) =>
        Denial(project) ?? (Allow.Any(pattern => pattern.Matches(project))
            ? null
            : new Ruling("allow", $"There is no project {project} in this repository, and its rule allow has no pattern that matches it, which keeps it from coming from the upstream index."));

    /// <summary>The ruling of <see cref="Deny"/> against a project; null if there is none.</summary>
    public Ruling? Denial(ProjectName project) => Deny.FirstOrDefault(pattern => pattern.Matches(project)) is { } denied
        ? new Ruling("deny", $"There is no project {project} in this repository, and its rule deny = \"{denied}\" keeps it from coming from the upstream index.")
        : null;

    /// <summary>The ruling against a file; null if it may be offered.</summary>
    /// <param name="project">Its project, which <see cref="Against(ProjectName)"/> lets pass.</param>
    /// <param name="filename">Its name.</param>
    /// <param name="since">When it was uploaded, or else first seen; null if neither is known, which is too young.</param>
    /// <param name="now">The time.</param>
    public Ruling? Against(ProjectName project, string filename, DateTimeOffset? since, DateTimeOffset now)
    {
        if (!HasCooldown(project) || since <= now - MinAge)
        {
            return null;
        }

        var until = since is { } known && known < DateTimeOffset.MaxValue - MinAge ? known + MinAge : (DateTimeOffset?)null;
        var when = until is { } end ? $"until {end.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}"
            : since is null ? "as nobody knows since when it exists"
            : "as its upload time lies in the future";

        return new Ruling("min_age", $"The rule min_age holds {filename} back {when}: it is too young.", until);
    }

    /// <summary>Whether files of the project have to be of some age.</summary>
    public bool HasCooldown(ProjectName project) => MinAge > TimeSpan.Zero && !IsExempt(project);

    /// <summary>Whether <see cref="MinAgeExempt"/> frees the project from <see cref="MinAge"/>.</summary>
    public bool IsExempt(ProjectName project) => MinAge > TimeSpan.Zero && MinAgeExempt.Any(pattern => pattern.Matches(project));
}
