using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Releases;
using PyWharf.Application.Repositories;
using PyWharf.Application.Resolution;
using PyWharf.Domain;

namespace PyWharf.Application.Browsing;

/// <summary>What the page of a project, or of one of its versions, shows. A project that is not here is that of the upstream index.</summary>
public static class DescribeProject
{
    /// <summary>Asks for it.</summary>
    /// <param name="Credential">The caller's credential.</param>
    /// <param name="Addressed">The repository named in the URL.</param>
    /// <param name="Project">The project.</param>
    /// <param name="Version">The version; null for the latest.</param>
    /// <param name="VersionsPage">The page of the list of versions, from 1.</param>
    /// <param name="FilesPage">The page of the list of files, from 1.</param>
    public sealed record Query(
        Credential? Credential, RepositoryName? Addressed, ProjectName Project, PackageVersion? Version, int VersionsPage = 1, int FilesPage = 1)
        : RepositoryRequest(Credential, Addressed), IProjectRequest, IRequest<Outcome<DescribedProject>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Read;
    }

    internal sealed class Handler(UpstreamGate upstream) : IRequestHandler<Query, Outcome<DescribedProject>>
    {
        public async Task<Outcome<DescribedProject>> Handle(Query query, CancellationToken cancellationToken)
        {
            var (repository, principal) = (query.Repository, query.Principal);
            if (await repository.GetIndexAsync(query, static (index, query) => index.Find(query.Project)?.Has(query.Version) == true, cancellationToken) is not { } index)
            {
                return IndexFailure.NotReadYet;
            }

            // As for installers: upstream is never asked for a project that exists here.
            if (index.Find(query.Project) is not { } project)
            {
                return await AskUpstreamAsync(query, cancellationToken);
            }

            if (project.Unreadable is { } unreadable)
            {
                return unreadable;
            }

            var releases = Release.AllOf(project);
            if (releases.Count == 0)
            {
                return ProjectFailure.NotFound(query.Project);
            }

            var version = query.Version ?? project.Latest?.Filename.Version ?? releases[^1].Version;
            if (releases.FirstOrDefault(release => release.Version.Equals(version)) is not { } release)
            {
                return new Failure(FailureKind.NotFound, $"The project {project.Name} has no version {version}.");
            }

            var fields = await repository.Backend.ReadFieldsAsync(principal.BackendSecret, release.RepresentativeFile, cancellationToken);
            if (fields.Failure is { } failure)
            {
                return failure;
            }

            return new DescribedProject.Here(new ProjectDetails(project, release, fields.Value)
            {
                Repository = repository.Name,
                Member = repository.OwnerOf(project.Name)?.Name,
                IsOpen = repository.Settings.Access.AllowsAnonymousRead,
                RepositoryAccess = principal.Access,
                Access = principal.Changes.Includes(project.Name) ? principal.Access : AccessLevel.Read,
                Releases = Paging.Of(releases.Reverse(), releases.Count, query.VersionsPage),
                Files = Paging.Of(release.Files, release.Files.Count, query.FilesPage),
                Dependencies = [.. fields.Value.All("requires_dist").Select(text => Dependency.Parse(text, IsHere))],
                Index = index,
                ReadsAll = principal.Reads.IsAll,
            });

            bool IsHere(ProjectName name) => principal.Reads.Includes(name) && index.Find(name) is { IsOffered: true };
        }

        private async Task<Outcome<DescribedProject>> AskUpstreamAsync(Query query, CancellationToken cancellationToken)
        {
            if (query.Version is not null)
            {
                return ProjectFailure.NotFound(query.Project);
            }

            // The cache of installers is used: a page costs upstream nothing that they did not ask for in the last minutes.
            var project = await upstream.DescribeAsync(query.Repository, query.Project, cancellationToken);

            return project.Failure switch
            {
                null => new DescribedProject.Upstream(project.Value.Host, project.Value.Page),

                // An installer has to try again; a person wants to know that it is not here.
                { Kind: FailureKind.Unavailable or FailureKind.BadGateway } => new Failure(
                    FailureKind.NotFound, $"There is no project {query.Project} in this repository, and the upstream index can't be asked for it now."),
                var failure => failure,
            };
        }
    }
}
