using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>
/// The storage of one configured repository. The storage is the source of truth; the index is a cache of it, versioned by revisions.
/// Expected failures are an <see cref="Outcome{T}"/>; an exception is a bug or a fault of disk or database (<see cref="IStorageFaults"/>).
/// </summary>
/// <remarks>Safe for concurrent use, and for several processes on one storage.</remarks>
public interface IRepositoryBackend : IDisposable
{
    /// <summary>
    /// The access that a secret grants. An answer from a cache may be recent enough for reading and too old for writing. An empty secret grants
    /// nothing. <see cref="FailureKind.Unavailable"/> if another server decides and can't be asked.
    /// </summary>
    /// <param name="secret">The client's secret.</param>
    /// <param name="from">The client's address, for limits per client.</param>
    /// <param name="wanted">The access that the request requires.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<Outcome<AccessLevel>> GetAccessAsync(Secret secret, ClientAddress from, AccessLevel wanted, CancellationToken cancellationToken);

    /// <summary>
    /// What the account is called to which a secret belongs, for the audit log; null if the storage has no accounts. Takes two seconds at most, and
    /// microseconds from the second time on.
    /// </summary>
    ValueTask<string?> GetAccountAsync(Secret secret) => ValueTask.FromResult<string?>(null);

    /// <summary>Answers for repositories that don't exist; null if this storage checks secrets locally, without a noticeable delay.</summary>
    IDecoy? Decoy => null;

    /// <summary>The staging area for uploads, on the volume of the storage: publishing a staged file needs no copy.</summary>
    IStaging Staging { get; }

    /// <summary>
    /// Publishes a staged file atomically, unless the project's record refuses it (<see cref="ProjectRecord.RefusalOf"/>). After success the file
    /// survives a crash of the machine, and the next <see cref="ReadChangesAsync"/> includes it. If a file of that name exists:
    /// <see cref="Publication.AlreadyPublished"/> for the same bytes, else <see cref="FailureKind.Conflict"/>. Of concurrent publications of one
    /// name exactly one wins. A failure leaves nothing behind. May be repeated after any failure.
    /// </summary>
    /// <param name="secret">A secret with write access.</param>
    /// <param name="file">The file.</param>
    /// <param name="staged">Its content.</param>
    /// <param name="beforeCommit">
    /// Called once when nothing is left that would refuse the file, right before it becomes visible; not called for one that is published already. If it
    /// fails, nothing is published, and its failure is returned.
    /// </param>
    /// <param name="cancellationToken">Gives up without having published anything.</param>
    Task<Outcome<Publication>> PublishAsync(
        Secret secret, NewFile file, StagedFile staged, Func<Task<Failure?>> beforeCommit, CancellationToken cancellationToken);

    /// <summary>Opens a file of the index for download. <see cref="FailureKind.NotFound"/> if it has vanished from the storage.</summary>
    ValueTask<Outcome<Download>> OpenAsync(Secret secret, PackageFile file, CancellationToken cancellationToken);

    /// <summary>
    /// Opens the core metadata document of a file whose <see cref="PackageFile.MetadataSha256"/> is known. <see cref="FailureKind.NotFound"/> if the
    /// file has vanished from the storage.
    /// </summary>
    ValueTask<Outcome<Download>> OpenMetadataAsync(Secret secret, PackageFile file, CancellationToken cancellationToken);

    /// <summary>The core metadata of a file of the index; <see cref="MetadataFields.None"/> if there is none.</summary>
    Task<Outcome<MetadataFields>> ReadFieldsAsync(Secret secret, PackageFile file, CancellationToken cancellationToken);

    /// <summary>
    /// Changes a project's record durably. Concurrent changes are serialized. Files that the new record marks as deleted are removed from the
    /// storage. The next <see cref="ReadChangesAsync"/> includes the change. May be repeated after any failure.
    /// </summary>
    /// <param name="secret">A secret with write access.</param>
    /// <param name="project">The project.</param>
    /// <param name="change">Computes the new record from the current one; its failure is returned, and nothing is changed.</param>
    /// <param name="beforeCommit">
    /// Called once right before the record is replaced or the first file removed; not called if there is nothing to be changed. If it fails, nothing is
    /// changed, and its failure is returned.
    /// </param>
    /// <param name="cancellationToken">Gives up without having changed anything.</param>
    Task<Outcome<ProjectRecord>> ChangeRecordAsync(
        Secret secret,
        ProjectName project,
        Func<ProjectRecord, Outcome<ProjectRecord>> change,
        Func<Task<Failure?>> beforeCommit,
        CancellationToken cancellationToken);

    /// <summary>
    /// Reads what the index lacks of some files (<see cref="PackageFile.MetadataSha256"/>, <see cref="PackageFile.Summary"/>), which may open each
    /// file. A background job calls it repeatedly; each call does a part.
    /// </summary>
    /// <returns>The number of files read; 0 when nothing is missing any more.</returns>
    Task<Outcome<int>> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The changes of the index after a revision (0: all of it), of this process and of others. Cheap if there are none.
    /// <see cref="FailureKind.Unavailable"/> before the first <see cref="SyncAsync"/> of a new storage.
    /// </summary>
    Task<Outcome<IndexChanges>> ReadChangesAsync(long afterRevision, CancellationToken cancellationToken);

    /// <summary>
    /// A number that differs after each change of the index, by any process: a caller that has read the changes after it saw a number is up to date
    /// for as long as the number stays the same. It costs less than a microsecond, so that every request can compare it. Where processes can't
    /// notify each other it does not change, and <see cref="ReadChangesAsync"/> has to be polled.
    /// </summary>
    long ChangeMark { get; }

    /// <summary>
    /// Makes <see cref="ChangeMark"/> cover every change of the index that any server acknowledged before this call. Called before a file or project is
    /// said to be missing. Never fails: if the other servers' changes can't be asked for now, it returns at once.
    /// </summary>
    ValueTask CatchUpAsync(CancellationToken cancellationToken);

    /// <summary>Whether the index was lost, or replaced by another process, since the last <see cref="SyncAsync"/> began: another one is due now.</summary>
    bool NeedsSync { get; }

    /// <summary>Compares index and storage, and updates the index. Its cost depends on the changes since the last time.</summary>
    Task<Outcome<SyncReport>> SyncAsync(CancellationToken cancellationToken);

    /// <summary>Why another server that the storage needs can't be used now, a sentence; null if it can. Pages go on meanwhile.</summary>
    string? Degraded => null;

    /// <summary>Checks the part of the storage on this machine by reading and writing a little. Takes microseconds, or as long as the disk takes.</summary>
    StorageCondition Probe();

    /// <summary>Rebuilds the index from the storage alone, and writes it where the original program reads it.</summary>
    /// <param name="secret">The secret that the storage needs for it; <see cref="FailureKind.Forbidden"/> if it is wrong.</param>
    /// <param name="progress">Receives the progress from time to time.</param>
    /// <param name="cancellationToken">Stops between two files; completed work is kept.</param>
    Task<Outcome<SyncReport>> RebuildIndexAsync(Secret? secret, IProgress<WorkProgress> progress, CancellationToken cancellationToken);
}
