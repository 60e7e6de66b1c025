using PyWharf.Domain;

namespace PyWharf.Application.Archives;

/// <summary>
/// <c>{name}-{version}</c>: the name of the folder in an sdist, and of the .dist-info folder in a wheel without its suffix. Old tools did not
/// normalise name and version.
/// </summary>
internal static class ReleaseName
{
    /// <summary>Whether the text names the release of the file, in any spelling.</summary>
    public static bool IsOf(DistributionFilename filename, string text)
    {
        for (var dash = text.IndexOf('-', StringComparison.Ordinal); dash > 0; dash = text.IndexOf('-', dash + 1))
        {
            if (ProjectName.TryParse(text[..dash], out var project)
                && project.Equals(filename.Project)
                && (filename.Version is null || IsVersion(text[(dash + 1)..], filename.Version)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the text names a release of that project, or the project alone.</summary>
    public static bool IsOfProject(ProjectName project, string text) =>
        text.Split('-') is var parts
        && Enumerable.Range(1, parts.Length).Any(count =>
            ProjectName.TryParse(string.Join('-', parts.Take(count)), out var named) && named.Equals(project));

    // The folder name of a wheel can't have another "-": old builders wrote the post-release 1.0-1 as 1.0_1.
    private static bool IsVersion(string text, PackageVersion version) =>
        (PackageVersion.TryParse(text, out var parsed) && parsed.Equals(version))
        || (PackageVersion.TryParse(text.Replace('_', '-'), out parsed) && parsed.Equals(version));
}
