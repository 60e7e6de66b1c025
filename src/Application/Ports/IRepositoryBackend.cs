using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>
/// The storage of one configured repository. What it holds is the truth; the index is a cache of it that grows by revisions.
/// Expected trouble is an <see cref="Outcome{T}"/>; anything thrown is a bug or broken infrastructure.
/// </summary>
/// <remarks>Safe for concurrent use, and for several processes that use one storage.</remarks>
public interface IRepositoryBackend : IDisposable
{
    /// <summary>
    /// What a secret opens, as far as that is asked: an answer kept for a while may be good enough for reading and too old for writing. An empty
    /// secret opens nothing. <see cref="FailureKind.Unavailable"/> when the storage decides this and can't be asked.
    /// </summary>
    /// <param name="secret">What was shown.</param>
    /// <param name="from">Where: nobody may use up what others need to be asked about.</param>
    /// <param name="wanted">What it should open.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<Outcome<AccessLevel>> GetAccessAsync(Secret secret, ClientAddress from, AccessLevel wanted, CancellationToken cancellationToken);

    /// <summary>What stands in for repositories that are not there; null where secrets are checked here, at once.</summary>
    IDecoy? Decoy => null;

    /// <summary>
    /// Where an upload waits, on the volume where it will be published: what is staged is published without another copy.
    /// </summary>
    IStaging Staging { get; }

    /// <summary>
    /// Publishes a staged file as a whole or not at all, unless the project's record refuses its name
    /// (<see cref="ProjectRecord.RefusalOf"/>). Once this returns without a failure the file survives a crash of the machine and
    /// the next <see cref="ReadChangesAsync"/> tells of it. Where a file of that name exists: <see cref="Publication.AlreadyPublished"/>
    /// if it has the same bytes, else <see cref="FailureKind.Conflict"/>. Of concurrent publications of one name exactly one wins.
    /// A failure leaves nothing behind. May be repeated after any failure.
    /// </summary>
    Task<Outcome<Publication>> PublishAsync(Secret secret, NewFile file, StagedFile staged, CancellationToken cancellationToken);

    /// <summary>
    /// How a client gets the bytes of a file that the index has. <see cref="FailureKind.NotFound"/> when the storage lost it meanwhile.
    /// </summary>
    ValueTask<Outcome<Download>> OpenAsync(Secret secret, PackageFile file, CancellationToken cancellationToken);

    /// <summary>
    /// How a client gets the core metadata document of a file whose <see cref="PackageFile.MetadataSha256"/> is known.
    /// <see cref="FailureKind.NotFound"/> when the storage lost the file meanwhile.
    /// </summary>
    ValueTask<Outcome<Download>> OpenMetadataAsync(Secret secret, PackageFile file, CancellationToken cancellationToken);

    /// <summary>The core metadata of a file that the index has; <see cref="MetadataFields.None"/> where nothing says any.</summary>
    Task<Outcome<MetadataFields>> ReadFieldsAsync(Secret secret, PackageFile file, CancellationToken cancellationToken);

    /// <summary>
    /// Decides something about a project, durably: the storage keeps its record. Of concurrent changes each sees the one before. A file that
    /// the new record says is deleted is removed from the storage. The next <see cref="ReadChangesAsync"/> tells of it.
    /// May be repeated after any failure.
    /// </summary>
    /// <param name="secret">Who may write.</param>
    /// <param name="project">The project.</param>
    /// <param name="change">Makes the new record of the one there is; its failure is passed on, and nothing was changed.</param>
    /// <param name="cancellationToken">Gives up without having changed anything.</param>
    Task<Outcome<ProjectRecord>> ChangeRecordAsync(
        Secret secret, ProjectName project, Func<ProjectRecord, Outcome<ProjectRecord>> change, CancellationToken cancellationToken);

    /// <summary>
    /// Reads what the index lacks of some files (<see cref="PackageFile.MetadataSha256"/>, <see cref="PackageFile.Summary"/>), which may mean
    /// to open each. Done little by little, in the background.
    /// </summary>
    /// <returns>How many files were read; 0 when nothing is lacking any more.</returns>
    Task<Outcome<int>> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The changes of the index after a revision (0: all of it), made by this process or by another. Cheap when there are none.
    /// <see cref="FailureKind.Unavailable"/> before the first <see cref="SyncAsync"/> of a storage that was never looked at.
    /// </summary>
    Task<Outcome<IndexChanges>> ReadChangesAsync(long afterRevision, CancellationToken cancellationToken);

    /// <summary>
    /// Another number after each change of the index, by whichever process: who saw a number, and read the changes after that, lacks nothing while it
    /// stays the same. Costs less than a microsecond, so that each request can ask. Where processes can't tell each other, it does not change, and
    /// <see cref="ReadChangesAsync"/> has to be called now and then all the same.
    /// </summary>
    long ChangeMark { get; }

    /// <summary>Whether the index was lost, or replaced by another process, since the last <see cref="SyncAsync"/> began: the next one should be now.</summary>
    bool NeedsSync { get; }

    /// <summary>
    /// Compares index and storage, and makes changes of what differs. Costs what changed since the last time.
    /// </summary>
    Task<Outcome<SyncReport>> SyncAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Tries whether the part of the storage that lies on this machine answers: reads and writes a little there. It costs microseconds, or as long as
    /// the disk takes.
    /// </summary>
    StorageCondition Probe();

    /// <summary>
    /// Makes the index anew from nothing but the storage and writes it where the original program reads it.
    /// </summary>
    /// <param name="secret">What the storage needs for it; <see cref="FailureKind.Forbidden"/> when it is given and wrong.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancellationToken">Stops between two files; what was done stays done.</param>
    Task<Outcome<SyncReport>> RebuildIndexAsync(Secret? secret, IProgress<RebuildProgress> progress, CancellationToken cancellationToken);
}
