using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Management;

/// <summary>Reads what a change would be about, for a page that asks before it. Changes nothing.</summary>
public static class PreviewChange
{
    /// <summary>Asks for it.</summary>
    /// <param name="Credential">The caller's credential.</param>
    /// <param name="Addressed">The repository named in the URL.</param>
    /// <param name="Project">The project.</param>
    /// <param name="Selection">The files; null for the project as a whole.</param>
    /// <param name="Required">The access that the change requires.</param>
    public sealed record Query(Credential? Credential, RepositoryName? Addressed, ProjectName Project, FileSelection? Selection, AccessLevel Required)
        : RepositoryRequest(Credential, Addressed), IProjectRequest, IRequest<Outcome<ChangePreview>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => Required;
    }

    internal sealed class Handler : IRequestHandler<Query, Outcome<ChangePreview>>
    {
        public async Task<Outcome<ChangePreview>> Handle(Query query, CancellationToken cancellationToken)
        {
            var found = await ProjectManagement.FindAsync(query.Repository, query.Project, cancellationToken);
            if (found.Failure is { } unknown)
            {
                return unknown;
            }

            var files = query.Selection is null ? found.Value.InOrder() : query.Selection.Among(found.Value);
            if (query.Selection is { } selection && files.Count == 0)
            {
                return ProjectManagement.NoSuchFile(query.Project, selection);
            }

            return new ChangePreview(query.Repository.Name, query.Principal.Access, found.Value, query.Selection, files);
        }
    }
}
