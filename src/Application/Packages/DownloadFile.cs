using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Rendering;
using PyWharf.Application.Repositories;
using PyWharf.Application.Resolution;
using PyWharf.Domain;

namespace PyWharf.Application.Packages;

/// <summary>
/// GET /simple/{project}/{filename}: a file, or with the suffix <c>.metadata</c> its core metadata (PEP 658). For projects that do not exist here,
/// the file of the upstream index, or a redirect to it.
/// </summary>
public static class DownloadFile
{
    /// <summary>Asks for the file of exactly this name.</summary>
    /// <param name="Credential">The caller's credential.</param>
    /// <param name="Addressed">The repository named in the URL.</param>
    /// <param name="Project">The project.</param>
    /// <param name="Filename">The file's name.</param>
    /// <param name="OnlyHere">Whether to look at this repository only, and not at the upstream index.</param>
    /// <param name="At">The moment at which the file has to have been there; null for now.</param>
    public sealed record Query(Credential? Credential, RepositoryName? Addressed, ProjectName Project, string Filename, bool OnlyHere, DateTimeOffset? At = null)
        : RepositoryRequest(Credential, Addressed), IProjectRequest, IRequest<Outcome<Result>>
    {
        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Read;
    }

    /// <summary>The download.</summary>
    /// <param name="Repository">The repository.</param>
    /// <param name="Download">How the client gets the bytes.</param>
    /// <param name="Sha256">Digest of the bytes; null if it is not known yet.</param>
    /// <param name="PublishedAt">When the file was published; null if unknown.</param>
    public sealed record Result(RepositoryName Repository, Download Download, Sha256Digest? Sha256 = null, DateTimeOffset? PublishedAt = null);

    internal sealed class Handler(UpstreamGate upstream, IHotFiles hot) : IRequestHandler<Query, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Query query, CancellationToken cancellationToken)
        {
            var repository = query.Repository;
            if (await repository.GetIndexAsync(query, static (index, query) => IsIn(index, query), cancellationToken) is not { } index)
            {
                return IndexFailure.NotReadYet;
            }

            if (index.Find(query.Project) is not { } files)
            {
                if (query.OnlyHere)
                {
                    return ProjectFailure.NotFound(query.Project);
                }

                var opened = await upstream.OpenAsync(repository, query.Project, query.Filename, query.At, cancellationToken);
                if ((await repository.GetIndexAsync(cancellationToken))?.Find(query.Project) is not null)
                {
                    // Published while upstream was asked: after an acknowledged upload nobody gets upstream's files.
                    if (opened is { Failure: null, Value.Download: Download.Content(var body) })
                    {
                        await body.DisposeAsync();
                    }

                    return await Handle(query, cancellationToken);
                }

                return opened.Failure is { } noUpstream ? noUpstream : new Result(repository.Name, opened.Value.Download, opened.Value.Sha256, opened.Value.UploadedAt);
            }

            if (files.Unreadable is { } unreadable)
            {
                return unreadable;
            }

            if (files.Record.Status == StatusMarker.Quarantined)
            {
                return new Failure(FailureKind.Forbidden, $"The project {files.Name} is quarantined: none of its files may be installed.");
            }

            var secret = query.Principal.BackendSecret;
            var found = files.Find(query.Filename);
            var described = found is null ? WheelOf(files, query.Filename) : null;
            if (query.At is { } moment && (found ?? described) is { } sought && !(sought.UploadedAt <= moment))
            {
                return new Failure(FailureKind.NotFound, $"Project {files.Name} had no such file then.");
            }

            if (found is { } file)
            {
                return Found(repository, await repository.Backend.OpenAsync(secret, file, cancellationToken), file.Sha256, file);
            }

            if (described is not { MetadataSha256: { } metadata } wheel)
            {
                return new Failure(FailureKind.NotFound, $"Project {files.Name} has no such file.");
            }

            // Storages have documents as copies of what is in a wheel: any copy is as good.
            var document = hot.Find(metadata) is { } bytes ? new Download.Bytes(bytes) : await repository.Backend.OpenMetadataAsync(secret, wheel, cancellationToken);

            return Found(repository, document, metadata, wheel);
        }

        private static bool IsIn(RepositoryIndex index, Query query) => index.Find(query.Project) is { } files
            && (files.Find(query.Filename) ?? WheelOf(files, query.Filename)) is not null;

        /// <summary>The wheel whose metadata document has this name, or null.</summary>
        private static PackageFile? WheelOf(ProjectFiles files, string filename) =>
            filename.EndsWith(CoreMetadataLink.Suffix, StringComparison.Ordinal) ? files.Find(filename[..^CoreMetadataLink.Suffix.Length]) : null;

        private static Outcome<Result> Found(Repository repository, Outcome<Download> download, Sha256Digest sha256, PackageFile file) =>
            download.Failure is { } failure ? failure : new Result(repository.Name, download.Value, sha256, file.UploadedAt);
    }
}
