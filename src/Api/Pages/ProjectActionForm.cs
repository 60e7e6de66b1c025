using PyWharf.Application.Management;
using PyWharf.Domain;

namespace PyWharf.Api.Pages;

/// <summary>What a page shows that asks before an action on a project.</summary>
/// <param name="Change">What the action is about, as it is now.</param>
/// <param name="Sent">What the visitor filled in; null when the page is opened.</param>
/// <param name="Problem">Why that was refused; null if it was not.</param>
public sealed record ProjectActionForm(ChangePreview Change, ProjectActionFields? Sent, string? Problem)
{
    /// <summary>What the action is about, in words.</summary>
    public string Subject => SubjectOf(Change.Project.Name, Change.Selection);

    /// <summary>Whether it is about one file.</summary>
    public bool IsFile => Change.Selection is FileSelection.OfName;

    /// <summary>The version that it is about, also of a file; null for the project as a whole and for legacy files without one.</summary>
    public PackageVersion? Version => Change.Selection is null ? null : Change.Files[0].Filename.Version;

    /// <summary>The URL of the page that asks before an action on the same.</summary>
    public string UrlOf(PageLinks links, string action) => links.Action(Change.Repository, Change.Project.Name, Change.Selection, action);

    /// <summary>«demo 1.0», «demo-1.0.tar.gz» or «demo».</summary>
    public static string SubjectOf(ProjectName project, FileSelection? selection) => selection switch
    {
        FileSelection.OfVersion(var version) => $"{project} {version}",
        FileSelection.OfName(var filename) => filename,
        _ => project.ToString(),
    };

    /// <summary>What has to be typed to confirm a deletion: the project's name, or the file's.</summary>
    public static string ConfirmationOf(ProjectName project, FileSelection? selection) =>
        selection is FileSelection.OfName(var filename) ? filename : project.ToString();
}
