using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Packages;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Importing;

/// <summary>
/// Imports the packages of a source into a repository: each file by the same request as an upload, with the time and the name of its first upload, and its yank. It
/// can be stopped at any time and started again, and does nothing twice.
/// </summary>
public sealed class Importer(ISender sender, TimeProvider time)
{
    private const int MaxTries = 5;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>Runs the import to its end, whatever is refused. A failure means that the source can't be listed.</summary>
    /// <param name="source">Where the packages are.</param>
    /// <param name="plan">What is imported.</param>
    /// <param name="progress">Told of each file.</param>
    /// <param name="cancellationToken">Stops it; the files that have arrived stay.</param>
    public async Task<Outcome<ImportReport>> RunAsync(
        IImportSource source, ImportPlan plan, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var content = await source.ListAsync(plan.Scope, cancellationToken);
        if (content.Failure is { } failure)
        {
            return failure;
        }

        var projects = content.Value.Projects;
        using var session = new ImportSession(plan, new ImportCount(projects, progress), cancellationToken) { Report = { PassedOver = content.Value.PassedOver } };
        try
        {
            await Parallel.ForEachAsync(projects, session.Options, (project, token) => ImportAsync(session, project, token));
        }
        catch (OperationCanceledException) when (session.Report.Stopped is not null && !cancellationToken.IsCancellationRequested)
        {
            // Stopped by the storage.
        }

        return session.Report;
    }

    private async ValueTask ImportAsync(ImportSession session, SourceProject project, CancellationToken cancellationToken)
    {
        var listing = await project.ReadAsync(cancellationToken);
        session.Count.Read(project, listing.Failure is null ? listing.Value.Files.Count : 0);
        session.NoteSource(listing.Failure);
        if (listing.Failure is { } failure)
        {
            session.Report.Refuse(project.Name, filename: null, failure.Message);

            return;
        }

        // Before the files, so that no installer takes what is yanked; and after them, for those that were there before.
        var (files, published) = (listing.Value.Files, new HashSet<SourceFile>());
        var before = files.Where(file => file.Yanked is not null && NameIn(listing.Value, file) is { } name && session.Find(name) is null);
        await KeepRecordsAsync(session, listing.Value, before, isComplete: false, cancellationToken);
        await Parallel.ForEachAsync(files, session.Options, async (file, _) =>
        {
            using var turn = await session.WaitForTurnAsync();
            if (await ImportAsync(session, listing.Value, file, session.Token) is { } refusal)
            {
                session.Report.Refuse(listing.Value.Project?.ToString() ?? project.Name, file.Filename, refusal.Message);
            }
            else if (file.Yanked is not null)
            {
                lock (published)
                {
                    published.Add(file);
                }
            }

            session.Count.Done();
        });
        await KeepRecordsAsync(session, listing.Value, published, isComplete: true, cancellationToken);
    }

    private async Task<Failure?> ImportAsync(ImportSession session, SourceListing listing, SourceFile file, CancellationToken cancellationToken)
    {
        if (!DistributionFilename.TryParse(file.Filename, out var filename))
        {
            return new Failure(FailureKind.Invalid, UploadPackage.InvalidFilename);
        }

        if (listing.Project is { } project && !project.Equals(filename.Project))
        {
            return new Failure(FailureKind.Invalid, $"The file belongs to the project {filename.Project}, and the source lists it under {project}.");
        }

        if (session.Find(filename) is { } existing)
        {
            switch (await file.MatchesAsync(existing, cancellationToken))
            {
                case true:
                    session.Report.AddAlreadyThere();
                    return null;
                case false:
                    return new Failure(FailureKind.Conflict, "Other bytes are published under this name, and a published file never changes.");
            }
        }
        else if (session.Plan.Target?.Index?.Find(filename.Project)?.Record.RefusalOf(filename) is { } refusal)
        {
            return refusal;
        }

        if (session.Plan.Target is not { } target || session.Plan.IsDryRun)
        {
            session.Report.AddImported(file.Filename, 0, []);

            return null;
        }

        var fetched = await file.FetchAsync(target.Backend.Staging, target.Settings.MaxFileBytes, cancellationToken);
        if (fetched.Failure is { Kind: FailureKind.OutOfSpace } full)
        {
            session.NoteStorage(full);

            return full;
        }

        session.NoteSource(fetched.Failure);
        if (fetched.Failure is { } failure)
        {
            return failure;
        }

        await using var staged = fetched.Value.Staged;

        return await SourceDigests.FindMismatchAsync(staged, file.Hashes, cancellationToken) is { } named
            ? new Failure(FailureKind.Invalid, $"Its {named.Algorithm} is not {named.Hex}, which the source names: it was altered on its way, or is damaged there.")
            : await PublishAsync(session, file, filename, fetched.Value, cancellationToken);
    }

    private async Task<Failure?> PublishAsync(ImportSession session, SourceFile file, DistributionFilename filename, FetchedFile fetched, CancellationToken cancellationToken)
    {
        var form = ImportForm.Create(filename, fetched.Staged, await file.ReadFieldsAsync(cancellationToken), file.RequiresPython);
        var uploadedAt = file.UploadedAt ?? fetched.UploadedAt;
        var command = new UploadPackage.Command(session.Credential, Addressed: null, form, fetched.Staged)
        {
            // A source whose clock is wrong must not put files into the future.
            UploadedAt = uploadedAt < time.GetUtcNow() ? uploadedAt : null,
            UploadedBy = file.UploadedBy ?? fetched.UploadedBy,
        };
        var published = await SendAsync(command, cancellationToken);
        session.NoteStorage(published.Failure);
        if (published.Failure is { } failure)
        {
            return failure;
        }

        if (published.Value.Publication == Publication.AlreadyPublished)
        {
            session.Report.AddAlreadyThere();
        }
        else
        {
            session.Report.AddImported(file.Filename, fetched.Staged.Length, published.Value.Warnings);
        }

        return null;
    }

    /// <summary>Takes over yanks, and once the files are there, the status.</summary>
    private async Task KeepRecordsAsync(ImportSession session, SourceListing listing, IEnumerable<SourceFile> yanked, bool isComplete, CancellationToken cancellationToken)
    {
        if (session.Plan is not { Target: { } target, IsDryRun: false })
        {
            return;
        }

        var byProject = yanked.Select(file => (Name: NameIn(listing, file), Reason: file.Yanked ?? ""))
            .Where(yank => yank.Name is not null)
            .ToLookup(yank => yank.Name!.Project, yank => KeyValuePair.Create(yank.Name!, yank.Reason)); // filtered right before
        foreach (var project in byProject.Select(group => group.Key).Concat(listing.Project is { } listed ? [listed] : []).Distinct().ToList())
        {
            var isListed = project.Equals(listing.Project);
            var command = new ImportProjectRecord.Command(
                session.Credential,
                Addressed: null,
                project,
                [.. byProject[project]],
                isListed ? listing.YankedVersions : [],
                isListed && isComplete ? (listing.Status, listing.StatusReason) : null);

            // Of a project without files here, a status says nothing.
            if (!command.IsEmpty && (!isComplete || target.Index?.Find(project)?.InOrder() is { Count: > 0 })
                && (await SendAsync(command, cancellationToken)).Failure is { } failure)
            {
                session.Report.Refuse(project.ToString(), filename: null, $"Its yanks and status were not taken over: {failure.Message}");
            }
        }
    }

    /// <summary>Sends a request, again where the storage says that it may be repeated.</summary>
    private async Task<Outcome<T>> SendAsync<T>(IRequest<Outcome<T>> request, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var outcome = await sender.Send(request, cancellationToken);
            if (outcome.Failure is not { Kind: FailureKind.Unavailable or FailureKind.TooManyRequests, RetryAfter: { } wait } || tries == MaxTries)
            {
                return outcome;
            }

            await Task.Delay(wait < LongestWait ? wait : LongestWait, time, cancellationToken);
        }
    }

    private static DistributionFilename? NameIn(SourceListing listing, SourceFile file) =>
        DistributionFilename.TryParse(file.Filename, out var name) && (listing.Project is null || name.Project.Equals(listing.Project)) ? name : null;
}
