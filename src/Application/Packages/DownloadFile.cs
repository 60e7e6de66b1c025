using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Indexing;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Packages;

/// <summary>GET /simple/{project}/{filename}: one file, ours or else a redirect to the upstream index's.</summary>
public static class DownloadFile
{
    /// <summary>How to get the file of exactly this name.</summary>
    public sealed record Query(Credential? Credential, RepositoryName? Addressed, ProjectName Project, string Filename)
        : RepositoryRequest(Credential, Addressed), IRequest<Outcome<Result>>
    {
        /// <inheritdoc/>
        public override AccessLevel Needs => AccessLevel.Read;
    }

    /// <summary>The way to the bytes, and what is known of the file; nothing is known of upstream's.</summary>
    public sealed record Result(Download Download, PackageFile? File);

    internal sealed class Handler(IUpstream upstream) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query query, CancellationToken cancellationToken)
        {
            var repository = query.Repository;
            if (repository.Index is not { } index)
            {
                return IndexFailure.NotReadYet;
            }

            if (index.Find(query.Project) is not { } files)
            {
                var location = await upstream.GetFileAsync(query.Project, query.Filename, cancellationToken);

                return location.Failure is { } noUpstream ? noUpstream : new Result(new Download.Redirect(location.Value), null);
            }

            if (files.Find(query.Filename) is not { } file)
            {
                return new Failure(FailureKind.NotFound, $"Project {files.Name} has no such file.");
            }

            // The credential is there: the access behaviour let nobody pass without.
            var download = await repository.Backend.OpenAsync(query.Credential!.Secret, file, cancellationToken);

            return download.Failure is { } failure ? failure : new Result(download.Value, file);
        }
    }
}
