using PyWharf.Application.Audit;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Management;

/// <summary>What the management use cases share: they read the newest state, change the project's record, and show the change at once.</summary>
internal static class ProjectManagement
{
    /// <summary>The project as of now, including changes made by other processes.</summary>
    public static async Task<Outcome<ProjectFiles>> FindAsync(Repository repository, ProjectName project, CancellationToken cancellationToken)
    {
        if (await repository.RefreshAsync(cancellationToken) is { } failure)
        {
            return failure;
        }

        return repository.Index?.Find(project) is { } files
            ? files.Unreadable is { } unreadable ? unreadable : files
            : ProjectFailure.NotFound(project);
    }

    /// <summary>Changes the record in the storage, with its events in the audit log, then refreshes the index.</summary>
    public static async Task<Outcome<ProjectRecord>> ChangeRecordAsync(
        AuditTrail trail,
        RepositoryRequest request,
        ProjectName project,
        IReadOnlyList<AuditEvent> events,
        Func<ProjectRecord, Outcome<ProjectRecord>> change,
        CancellationToken cancellationToken)
    {
        var record = await trail.RecordChangeAsync(request, events, beforeCommit =>
            request.Repository.Backend.ChangeRecordAsync(request.Principal.BackendSecret, project, change, beforeCommit, cancellationToken));
        if (record.Failure is not null)
        {
            return record;
        }

        return await request.Repository.RefreshAsync(cancellationToken) is { } failure ? failure : record;
    }

    /// <summary>An event for each file.</summary>
    public static IReadOnlyList<AuditEvent> EventsOf(AuditEvent attempt, IEnumerable<PackageFile> files) =>
        [.. files.Select(file => attempt with { File = file.Filename.ToString(), Sha256 = file.Sha256 })];

    /// <summary>The failure for a selection that matches no file.</summary>
    public static Failure NoSuchFile(ProjectName project, FileSelection selection) =>
        new(FailureKind.NotFound, $"The project {project} has no {selection}.");
}
