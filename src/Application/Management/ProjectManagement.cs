using PyWharf.Application.Access;
using PyWharf.Application.Indexing;
using PyWharf.Domain;

namespace PyWharf.Application.Decisions;

/// <summary>What the decisions about a project have in common: they need what is newest, change the project's record, and are seen at once.</summary>
internal static class Decision
{
    /// <summary>The project as the index has it, with every change that was made before, by whichever process.</summary>
    public static async Task<Outcome<ProjectFiles>> FindAsync(Repository repository, ProjectName project, CancellationToken cancellationToken)
    {
        if (await repository.RefreshAsync(cancellationToken) is { } failure)
        {
            return failure;
        }

        return repository.Index?.Find(project) is { } files
            ? files.Unreadable is { } unreadable ? unreadable : files
            : new Failure(FailureKind.NotFound, $"There is no project {project} in the repository {repository.Name}.");
    }

    /// <summary>Changes the record, and shows it.</summary>
    public static async Task<Outcome<ProjectRecord>> MakeAsync(
        RepositoryRequest request, ProjectName project, Func<ProjectRecord, Outcome<ProjectRecord>> change, CancellationToken cancellationToken)
    {
        // The credential is there: the access behaviour let nobody pass without.
        var record = await request.Repository.Backend.ChangeRecordAsync(request.Credential!.Secret, project, change, cancellationToken);
        if (record.Failure is not null)
        {
            return record;
        }

        return await request.Repository.RefreshAsync(cancellationToken) is { } failure ? failure : record;
    }

    /// <summary>Why nothing is selected.</summary>
    public static Failure NoSuchFile(ProjectName project, FileSelection selection) =>
        new(FailureKind.NotFound, $"The project {project} has no {selection}.");
}
