using PyWharf.Application.Importing;
using PyWharf.Application.Rendering;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Importing;

/// <summary>Another repository of the configuration, with any storage.</summary>
/// <param name="repository">The repository, whose index was read.</param>
/// <param name="secret">The secret with which its storage acts.</param>
/// <param name="options">Timeouts and retries for files that a storage has elsewhere.</param>
/// <param name="time">The clock of those.</param>
internal sealed class RepositorySource(Repository repository, Secret secret, IndexOptions options, TimeProvider time) : IImportSource
{
    private readonly IndexClient _client = new(index: null, credentials: null, options, time);

    /// <inheritdoc/>
    public async Task<Outcome<SourceContent>> ListAsync(ProjectScope scope, CancellationToken cancellationToken)
    {
        if (await ReadTimesAsync(cancellationToken) is { } failure)
        {
            return failure;
        }

        return new SourceContent(
        [
            .. from project in repository.Index?.Projects ?? []
               where scope.Includes(project.Name)
               orderby project.Name.ToString()
               let files = project.InOrder()
               where files.Count > 0 || project.Unreadable is not null
               select new SourceProject(project.Name.ToString(), files.Count, _ => Task.FromResult(ListingOf(project, files))),
        ]);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>An index that the original program wrote has no upload times; GitHub has them.</summary>
    private async Task<Failure?> ReadTimesAsync(CancellationToken cancellationToken)
    {
        while (repository.Index?.Projects.Any(project => project.InOrder().Any(file => file.UploadedAt is null)) == true)
        {
            var described = await repository.Backend.DescribeAsync(cancellationToken);
            if ((described.Failure ?? await repository.RefreshAsync(cancellationToken)) is { } failure)
            {
                return failure;
            }

            if (described.Value == 0)
            {
                break;
            }
        }

        return null;
    }

    private Outcome<SourceListing> ListingOf(ProjectFiles project, IReadOnlyList<PackageFile> files)
    {
        var ofFiles = project.Record with { YankedVersions = ProjectRecord.Empty.YankedVersions };

        return project.Unreadable is { } unreadable
            ? unreadable
            : SourceListing.Of(project.Name, project.Record, [.. files.Select(file => new RepositoryFile(repository, secret, _client, file)
            {
                Hashes = [FileHash.Sha256(file.Sha256.ToString())],
                UploadedAt = file.UploadedAt,
                UploadedBy = file.UploadedBy,
                Yanked = ofFiles.YankOf(file.Filename),
                RequiresPython = file.RequiresPython?.ToString(),
            })]);
    }
}
