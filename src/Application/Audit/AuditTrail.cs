using PyWharf.Application.Access;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Audit;

/// <summary>Writes what a request to a repository does to the audit log, with its repository, actor, address and id.</summary>
internal sealed class AuditTrail(IAuditLog log)
{
    /// <summary>Records events of a request whose sender is known.</summary>
    /// <returns>Null once the lines are on the disk; otherwise the change must not be made.</returns>
    public async Task<Failure?> RecordAsync(RepositoryRequest request, params IReadOnlyList<AuditEvent> entries)
    {
        var actor = await ActorOfAsync(request);
        var failure = await log.AppendAsync([.. entries.Select(entry => entry with
        {
            Repository = request.Repository.Name,
            Actor = actor,
        }).Select(entry => entry.SentFrom(request.Credential?.Address, request.Credential?.RequestId))]);
        request.IsRecorded |= failure is null;

        return failure;
    }

    /// <summary>
    /// Makes a change whose events are recorded right before it becomes visible. Where it fails after that, the events are recorded again as failed, as far
    /// as the log can be written.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="entries">The events.</param>
    /// <param name="change">Makes the change, and records the events by what it is given; returns that failure.</param>
    public async Task<Outcome<T>> RecordChangeAsync<T>(
        RepositoryRequest request, IReadOnlyList<AuditEvent> entries, Func<Func<Task<Failure?>>, Task<Outcome<T>>> change)
    {
        var isRecorded = false;
        try
        {
            var outcome = await change(RecordAsync);
            if (isRecorded && outcome.Failure is { } failure)
            {
                await RecordFailedAsync(failure.Message);
            }

            return outcome;
        }
        catch (Exception exception) when (isRecorded)
        {
            await RecordFailedAsync(exception is OperationCanceledException ? "The request was given up." : "The server failed, and its log says why.");
            throw;
        }

        async Task<Failure?> RecordAsync()
        {
            var failure = await this.RecordAsync(request, entries);
            isRecorded = failure is null;

            return failure;
        }

        Task RecordFailedAsync(string reason) =>
            this.RecordAsync(request, [.. entries.Select(entry => entry with { Outcome = AuditOutcome.Failed, Reason = reason })]);
    }

    /// <summary>The actor of a request whose sender is known.</summary>
    public static async Task<AuditActor> ActorOfAsync(RepositoryRequest request)
    {
        var (principal, repository) = (request.Principal, request.Repository);
        var account = principal.Kind == PrincipalKind.Secret ? await repository.Backend.GetAccountAsync(principal.BackendSecret) : null;

        return AuditActor.Of(principal, request.Credential, account);
    }
}
