using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Releases;
using PyWharf.Application.Rendering;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Legacy;

/// <summary>
/// GET /pypi/{project}/json and /pypi/{project}/{version}/json: the metadata of a version in the format of PyPI's JSON API
/// (https://docs.pypi.org/api/json/). The upstream index is not asked: clients can use its API directly.
/// </summary>
public static class DescribeRelease
{
    /// <summary>The document.</summary>
    /// <param name="Credential">The caller's credential.</param>
    /// <param name="Addressed">The repository named in the URL.</param>
    /// <param name="Project">The project.</param>
    /// <param name="Version">The version; null for the latest one with a list of all.</param>
    /// <param name="Server">Base URL of this server as the client sees it, without a trailing slash, for links.</param>
    public sealed record Query(Credential? Credential, RepositoryName? Addressed, ProjectName Project, PackageVersion? Version, string Server)
        : RepositoryRequest(Credential, Addressed), IProjectRequest, IRequest<Outcome<PageRepresentation>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Read;
    }

    internal sealed class Handler : IRequestHandler<Query, Outcome<PageRepresentation>>
    {
        private readonly ReleaseDocumentCache _cache = new();

        public async Task<Outcome<PageRepresentation>> Handle(Query query, CancellationToken cancellationToken)
        {
            var repository = query.Repository;
            if (await repository.GetIndexAsync(query, static (index, query) => index.Find(query.Project)?.Has(query.Version) == true, cancellationToken) is not { } index)
            {
                return IndexFailure.NotReadYet;
            }

            var project = index.Find(query.Project);
            if (project?.Unreadable is { } unreadable)
            {
                return unreadable;
            }

            if (project is not { IsOffered: true })
            {
                return ProjectFailure.NotFound(query.Project);
            }

            var page = $"{query.Server}{(query.Addressed is { } addressed ? $"/{addressed}" : "")}/simple/{project.Name}/";
            var key = (repository.Name, query.Version, page);
            if (_cache.Find(key, project) is { } kept)
            {
                return kept;
            }

            var releases = Release.AllOf(project);
            var version = query.Version ?? project.Latest?.Filename.Version;
            if (releases.FirstOrDefault(release => release.Version.Equals(version)) is not { } release)
            {
                return new Failure(FailureKind.NotFound, $"The project {project.Name} has no {(version is null ? "version" : $"version {version}")}.");
            }

            var fields = await repository.Backend.ReadFieldsAsync(query.Principal.BackendSecret, release.RepresentativeFile, cancellationToken);
            if (fields.Failure is { } failure)
            {
                return failure;
            }

            var document = new ReleaseDocument(project, release, fields.Value, page)
            {
                // The revision of the index when the document is made; the document is cached while the project does not change.
                LastSerial = index.Revision,
                Releases = query.Version is null ? releases : null,
            };

            return _cache.Add(key, project, PageRepresentation.Json(LegacyJson.Release(document)));
        }
    }
}
