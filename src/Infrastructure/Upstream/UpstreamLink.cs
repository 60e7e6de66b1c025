using PyWharf.Application.Rendering;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Turns what an upstream page links to into what we may link to.</summary>
internal static class UpstreamLink
{
    /// <summary>The absolute URL, without credentials; null when it is none, or when no installer should follow it.</summary>
    public static Uri? Resolve(Uri page, string? href)
    {
        if (href is null || !Uri.TryCreate(page, href, out var target)
            || (target.Scheme != Uri.UriSchemeHttps && target.Scheme != Uri.UriSchemeHttp))
        {
            return null;
        }

        return target.UserInfo.Length == 0 ? target : new UriBuilder(target) { UserName = "", Password = "" }.Uri;
    }

    /// <summary>The file behind a link; null when its name could be mistaken for a path, or hides something.</summary>
    public static PageFile? File(string? filename, Uri target) =>
        string.IsNullOrEmpty(filename) || filename is "." or ".." || filename.Any(c => c is '/' or '\\' || char.IsControl(c))
            ? null
            : new PageFile(filename, target.GetLeftPart(UriPartial.Query));

    /// <summary>Whether a page of this version can be understood: majors may change anything (PEP 629).</summary>
    /// <param name="version">Null means 1.0.</param>
    public static bool IsUnderstood(string? version) =>
        version is null || (int.TryParse(version.AsSpan(0, (version + '.').IndexOf('.', StringComparison.Ordinal)), out var major) && major == 1);

    /// <summary>The status of a project; null when the marker is none that clients know (PEP 792).</summary>
    public static ProjectStatus? Status(string? marker, string? reason) =>
        marker is "active" or "archived" or "quarantined" or "deprecated"
            ? new ProjectStatus(marker, string.IsNullOrEmpty(reason) ? null : reason)
            : null;

    /// <summary>The page as it may be shown: nothing of a quarantined project may be offered (PEP 792).</summary>
    public static ProjectPage Page(string name, IReadOnlyList<PageFile> files, IReadOnlyList<string>? versions, ProjectStatus? status) =>
        new(name, status?.Marker == "quarantined" ? [] : files) { Versions = versions, Status = status };
}
