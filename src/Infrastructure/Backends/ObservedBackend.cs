using System.Diagnostics;
using PyWharf.Application.Ports;
using PyWharf.Application.Telemetry;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends;

/// <summary>Counts and traces what the storage of a repository is asked to do. Secrets are checked in microseconds and for every request: not that.</summary>
internal sealed class ObservedBackend(RepositoryName repository, IRepositoryBackend inner) : IRepositoryBackend
{
    public IDecoy? Decoy => inner.Decoy;

    public IStaging Staging => inner.Staging;

    public long ChangeMark => inner.ChangeMark;

    public bool NeedsSync => inner.NeedsSync;

    public ValueTask CatchUpAsync(CancellationToken cancellationToken) => inner.CatchUpAsync(cancellationToken);

    public ValueTask<Outcome<AccessLevel>> GetAccessAsync(Secret secret, ClientAddress from, AccessLevel wanted, CancellationToken cancellationToken) =>
        inner.GetAccessAsync(secret, from, wanted, cancellationToken);

    public ValueTask<string?> GetAccountAsync(Secret secret) => inner.GetAccountAsync(secret);

    public Task<Outcome<Publication>> PublishAsync(
        Secret secret, NewFile file, StagedFile staged, Func<Task<Failure?>> beforeCommit, CancellationToken cancellationToken) =>
        ObserveAsync("publish", () => inner.PublishAsync(secret, file, staged, beforeCommit, cancellationToken));

    public ValueTask<Outcome<Download>> OpenAsync(Secret secret, PackageFile file, CancellationToken cancellationToken) =>
        ObserveAsync("open", inner.OpenAsync(secret, file, cancellationToken));

    public ValueTask<Outcome<Download>> OpenMetadataAsync(Secret secret, PackageFile file, CancellationToken cancellationToken) =>
        ObserveAsync("open_metadata", inner.OpenMetadataAsync(secret, file, cancellationToken));

    public Task<Outcome<MetadataFields>> ReadFieldsAsync(Secret secret, PackageFile file, CancellationToken cancellationToken) =>
        ObserveAsync("read_fields", () => inner.ReadFieldsAsync(secret, file, cancellationToken));

    public Task<Outcome<ProjectRecord>> ChangeRecordAsync(
        Secret secret,
        ProjectName project,
        Func<ProjectRecord, Outcome<ProjectRecord>> change,
        Func<Task<Failure?>> beforeCommit,
        CancellationToken cancellationToken) =>
        ObserveAsync("change_record", () => inner.ChangeRecordAsync(secret, project, change, beforeCommit, cancellationToken));

    public Task<Outcome<int>> DescribeAsync(CancellationToken cancellationToken) => inner.DescribeAsync(cancellationToken);

    public Task<Outcome<IndexChanges>> ReadChangesAsync(long afterRevision, CancellationToken cancellationToken) =>
        inner.ReadChangesAsync(afterRevision, cancellationToken);

    public Task<Outcome<SyncReport>> SyncAsync(CancellationToken cancellationToken) => ObserveAsync("sync", () => inner.SyncAsync(cancellationToken));

    public string? Degraded => inner.Degraded;

    public StorageCondition Probe() => inner.Probe();

    public Task<Outcome<SyncReport>> RebuildIndexAsync(Secret? secret, IProgress<WorkProgress> progress, CancellationToken cancellationToken) =>
        ObserveAsync("rebuild_index", () => inner.RebuildIndexAsync(secret, progress, cancellationToken));

    public void Dispose() => inner.Dispose();

    /// <summary>A download is counted only: a file of this machine is open already, and what is asked of another one has spans of its own.</summary>
    private ValueTask<Outcome<Download>> ObserveAsync(string operation, ValueTask<Outcome<Download>> opening)
    {
        if (!opening.IsCompletedSuccessfully)
        {
            return AwaitAsync();
        }

        var opened = opening.Result;
        Count(operation, opened.Failure);

        return new(opened);

        async ValueTask<Outcome<Download>> AwaitAsync()
        {
            try
            {
                var later = await opening;
                Count(operation, later.Failure);

                return later;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Instruments.CountBackendRequest(repository, operation, Instruments.UnhandledException);
                throw;
            }
        }
    }

    private async Task<Outcome<T>> ObserveAsync<T>(string operation, Func<Task<Outcome<T>>> work)
    {
        using var activity = Instruments.Activities.StartActivity(operation);
        activity?.SetTag("pywharf.repository", repository.ToString());
        try
        {
            var outcome = await work();
            activity?.SetTag("pywharf.outcome", Instruments.OutcomeOf(outcome.Failure));
            Count(operation, outcome.Failure);

            return outcome;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            Instruments.CountBackendRequest(repository, operation, Instruments.UnhandledException);
            throw;
        }
    }

    private void Count(string operation, Failure? failure) => Instruments.CountBackendRequest(repository, operation, Instruments.OutcomeOf(failure));
}
