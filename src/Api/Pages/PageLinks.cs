using PyWharf.Application.Management;
using PyWharf.Domain;

namespace PyWharf.Api.Pages;

/// <summary>The URLs of this server's pages, percent-encoded.</summary>
/// <param name="Base">The path under which a proxy publishes the server; empty, or with a leading and without a trailing slash.</param>
/// <param name="Server">The server's URL as the visitor's browser sees it, without a trailing slash: scheme, host and <paramref name="Base"/>.</param>
public sealed record PageLinks(string Base, string Server)
{
    public string Home => $"{Base}/";

    public string Login => $"{Base}/login/";

    public string Logout => $"{Base}/logout/";

    public string Style => $"{Base}{PageAsset.Style.Path}";

    public string Script => $"{Base}{PageAsset.Script.Path}";

    public string Icon => $"{Base}{PageAsset.Icon.Path}";

    public string Repository(RepositoryName repository) => $"{Base}/{repository}/";

    public string Tokens(RepositoryName repository) => $"{Base}/{repository}/tokens/";

    public string RevokeToken(RepositoryName repository, string name) => $"{Tokens(repository)}{Uri.EscapeDataString(name)}/revoke/";

    public string Audit(RepositoryName repository) => $"{Base}/{repository}/audit/";

    /// <summary>The audit log for scripts, as JSON.</summary>
    public string AuditJson(RepositoryName repository) => $"{Base}/{repository}/api/audit";

    /// <summary>The index for installers.</summary>
    public string Simple(RepositoryName repository) => $"{Base}/{repository}/simple/";

    public string Project(RepositoryName repository, ProjectName project) => $"{Base}/{repository}/project/{project}/";

    public string Version(RepositoryName repository, ProjectName project, PackageVersion version) =>
        $"{Project(repository, project)}{Uri.EscapeDataString(version.ToString())}/";

    /// <summary>The page that tells which rule decided about its files.</summary>
    public string Explanation(RepositoryName repository, ProjectName project) => $"{Project(repository, project)}explain/";

    /// <summary>The same for scripts, as JSON.</summary>
    public string ExplanationJson(RepositoryName repository, ProjectName project) => $"{Base}/{repository}/api/explain/{project}";

    /// <summary>The page that asks before an action on some files, or on the project as a whole (null): <c>yank</c>, <c>unyank</c>, <c>delete</c>, <c>status</c>.</summary>
    public string Action(RepositoryName repository, ProjectName project, FileSelection? selection, string action) => selection switch
    {
        FileSelection.OfVersion(var version) => $"{Version(repository, project, version)}{action}/",
        FileSelection.OfName(var filename) => $"{Project(repository, project)}files/{Uri.EscapeDataString(filename)}/{action}/",
        _ => $"{Project(repository, project)}{action}/",
    };

    /// <summary>The file itself.</summary>
    public string Download(RepositoryName repository, DistributionFilename file) =>
        $"{Simple(repository)}{file.Project}/{Uri.EscapeDataString(file.ToString())}";
}
