using MediatR;
using PyWharf.Api.Pages;
using PyWharf.Application.Access;
using PyWharf.Application.Administration;
using PyWharf.Application.Audit;
using PyWharf.Application.Management;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>What the URL of a request names: a project, a version or a file; and who sends the request.</summary>
/// <param name="Http">The request.</param>
/// <param name="Repository">The repository.</param>
/// <param name="Project">The project.</param>
/// <param name="Selection">The version or file; null for the project as a whole.</param>
internal sealed record ProjectTarget(HttpContext Http, RepositoryName Repository, ProjectName Project, FileSelection? Selection)
{
    /// <summary>The paths of pages without a prefix, which <see cref="Redirect"/> adds.</summary>
    public static PageLinks Paths { get; } = new(Base: "", Server: "");

    public Credential? Credential { get; } = CredentialReader.Read(Http);

    /// <summary>It in words.</summary>
    public string Subject => ProjectActionForm.SubjectOf(Project, Selection);

    /// <summary>The selected files, for a request that is about some.</summary>
    public FileSelection Files => Selection ?? throw new InvalidOperationException("The route selects no files.");

    /// <summary>The version, also of a file; null for the project as a whole and for legacy files without one.</summary>
    public PackageVersion? Version => Selection switch
    {
        FileSelection.OfVersion(var version) => version,
        FileSelection.OfName(var name) => DistributionFilename.TryParseStored(name, Project, out var filename) ? filename.Version : null,
        _ => null,
    };

    /// <summary>Null if the URL has an invalid name or version.</summary>
    public static ProjectTarget? Of(HttpContext http)
    {
        if (!http.TryGetAddressed(out var repository) || repository is null || !ProjectName.TryParse(http.Route("project"), out var project))
        {
            return null;
        }

        return http.GetRouteValue("filename") is string filename ? new ProjectTarget(http, repository, project, new FileSelection.OfName(filename))
            : http.GetRouteValue("version") is not string text ? new ProjectTarget(http, repository, project, Selection: null)
            : PackageVersion.TryParse(text, out var version) ? new ProjectTarget(http, repository, project, new FileSelection.OfVersion(version))
            : null;
    }

    public Task<T> Send<T>(IRequest<T> request) => Http.Sender().Send(request, Http.RequestAborted);

    public CheckAccess.Query Check(AccessLevel required, AuditEventKind change) => new(Credential, Repository, required, Project, change);

    public PreviewChange.Query Preview(FileSelection? selection, AccessLevel required) => new(Credential, Repository, Project, selection, required);

    /// <summary>Whether a text is what has to be typed before a deletion: the file's name, or the project's in any spelling.</summary>
    public bool IsConfirmedBy(string text) => Selection is FileSelection.OfName(var filename)
        ? text == filename
        : ProjectName.TryParse(text, out var name) && name.Equals(Project);

    /// <summary>The path of an action's page, without the prefix, with name and version in their normal forms.</summary>
    /// <param name="action">The last segment.</param>
    public string PathOf(string action) => Paths.Action(Repository, Project, Selection, action);
}
