using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends;

/// <summary>The storage of a repository that a command reads the configuration of, and does not open. To use it is a bug.</summary>
internal sealed class UnopenedBackend : IRepositoryBackend
{
    public IStaging Staging => throw NotOpened();

    public long ChangeMark => throw NotOpened();

    public bool NeedsSync => throw NotOpened();

    public ValueTask CatchUpAsync(CancellationToken cancellationToken) => throw NotOpened();

    public ValueTask<Outcome<AccessLevel>> GetAccessAsync(Secret secret, ClientAddress from, AccessLevel wanted, CancellationToken cancellationToken) => throw NotOpened();

    public Task<Outcome<Publication>> PublishAsync(
        Secret secret, NewFile file, StagedFile staged, Func<Task<Failure?>> beforeCommit, CancellationToken cancellationToken) => throw NotOpened();

    public ValueTask<Outcome<Download>> OpenAsync(Secret secret, PackageFile file, CancellationToken cancellationToken) => throw NotOpened();

    public ValueTask<Outcome<Download>> OpenMetadataAsync(Secret secret, PackageFile file, CancellationToken cancellationToken) => throw NotOpened();

    public Task<Outcome<MetadataFields>> ReadFieldsAsync(Secret secret, PackageFile file, CancellationToken cancellationToken) => throw NotOpened();

    public Task<Outcome<ProjectRecord>> ChangeRecordAsync(
        Secret secret,
        ProjectName project,
        Func<ProjectRecord, Outcome<ProjectRecord>> change,
        Func<Task<Failure?>> beforeCommit,
        CancellationToken cancellationToken) => throw NotOpened();

    public Task<Outcome<int>> DescribeAsync(CancellationToken cancellationToken) => throw NotOpened();

    public Task<Outcome<IndexChanges>> ReadChangesAsync(long afterRevision, CancellationToken cancellationToken) => throw NotOpened();

    public Task<Outcome<SyncReport>> SyncAsync(CancellationToken cancellationToken) => throw NotOpened();

    public StorageCondition Probe() => throw NotOpened();

    public Task<Outcome<SyncReport>> RebuildIndexAsync(Secret? secret, IProgress<WorkProgress> progress, CancellationToken cancellationToken) => throw NotOpened();

    public void Dispose()
    {
    }

    private static InvalidOperationException NotOpened() => new("The storage of this repository was not opened.");
}
