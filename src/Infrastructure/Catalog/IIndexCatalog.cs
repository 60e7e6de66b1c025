using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>
/// The index of a repository in a database that several processes share. Each change gets the next revision, and a process reads the changes of others
/// by asking for newer revisions than it knows. The storage is the source of truth: a catalog can be made again from it, and only upload times that are
/// recorded nowhere else would be lost.
/// </summary>
/// <remarks>Safe for concurrent use. Throws <see cref="IOException"/>, or what <see cref="IStorageFaults"/> explains, where the database can't be used.</remarks>
internal interface IIndexCatalog : IDisposable
{
    /// <summary>A number that is different after each change by any process. Costs less than a microsecond.</summary>
    long ChangeMark { get; }

    /// <summary>A number that is different once the database was replaced: what was computed from the old one may be wrong.</summary>
    long Generation { get; }

    /// <summary>Whether the database was replaced since the last scan of the storage began.</summary>
    bool NeedsSync { get; }

    /// <summary>Why a database on another machine can't be used now, a sentence; null if it can.</summary>
    string? Trouble => null;

    /// <summary>
    /// Makes <see cref="ChangeMark"/> cover every change that was committed before this call. Never fails: without an answer of the database it returns at
    /// once.
    /// </summary>
    ValueTask CatchUpAsync(CancellationToken cancellationToken);

    /// <summary>Whether the whole storage was scanned once. Before that, files may be missing.</summary>
    ValueTask<bool> IsCompleteAsync(CancellationToken cancellationToken = default);

    /// <summary>The revision of the newest change.</summary>
    ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken = default);

    /// <summary>Begins a scan of the storage; returns the generation to use as <see cref="CatalogChange.Basis"/>.</summary>
    ValueTask<long> BeginSyncAsync(CancellationToken cancellationToken = default);

    /// <summary>Marks the catalog as complete after a scan of the whole storage that began with <see cref="BeginSyncAsync"/>. Throws as <see cref="ChangeAsync"/>.</summary>
    Task MarkCompleteAsync(long basis, CancellationToken cancellationToken);

    /// <summary>Begins a new generation: what is stored is kept as far as it can be read, and is complete after the next scan of the storage only.</summary>
    ValueTask RenewAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// The changes after a revision. Everything for revision 0, and where the database was replaced since; null while it is not complete.
    /// </summary>
    ValueTask<IndexChanges?> ReadChangesAsync(long afterRevision, CancellationToken cancellationToken = default);

    /// <summary>The file of a name; null where there is none.</summary>
    ValueTask<CatalogedFile?> FindAsync(string filename, CancellationToken cancellationToken = default);

    /// <summary>The files of some names, without those that are missing.</summary>
    ValueTask<IReadOnlyList<CatalogedFile>> FindAllAsync(IEnumerable<string> filenames, CancellationToken cancellationToken = default);

    /// <summary>The files of an identity: one, except where older versions published it under several names.</summary>
    ValueTask<IReadOnlyList<CatalogedFile>> FindAsync(DistributionIdentity identity, CancellationToken cancellationToken = default);

    /// <summary>The stored metadata of a file; null before it was read.</summary>
    ValueTask<MetadataFields?> GetFieldsAsync(string filename, CancellationToken cancellationToken = default);

    /// <summary>Files whose metadata was not read yet.</summary>
    ValueTask<IReadOnlyList<CatalogedFile>> GetUndescribedAsync(int atMost, CancellationToken cancellationToken = default);

    /// <summary>The files whose size or upload time is unknown.</summary>
    ValueTask<IReadOnlyList<CatalogedFile>> GetUnmeasuredAsync(CancellationToken cancellationToken = default);

    /// <summary>The wheels without a metadata document (PEP 658).</summary>
    ValueTask<IReadOnlyList<CatalogedFile>> GetWheelsWithoutMetadataAsync(CancellationToken cancellationToken = default);

    /// <summary>All files.</summary>
    ValueTask<IReadOnlyList<CatalogedFile>> GetAllAsync(CancellationToken cancellationToken = default);

    /// <summary>The files with this stamp.</summary>
    ValueTask<IReadOnlyList<CatalogedFile>> GetByStampAsync(long stamp, CancellationToken cancellationToken = default);

    /// <summary>The files at a location.</summary>
    ValueTask<IReadOnlyList<CatalogedFile>> GetByLocationAsync(string location, CancellationToken cancellationToken = default);

    /// <summary>The names of the files at a location.</summary>
    ValueTask<HashSet<string>> GetFilenamesAsync(string location, CancellationToken cancellationToken = default);

    /// <summary>The upload time of a file of this name and digest, also of a removed one; null where there was none.</summary>
    ValueTask<DateTimeOffset?> GetUploadTimeAsync(string filename, Sha256Digest sha256, CancellationToken cancellationToken = default);

    /// <summary>The records of all projects that have one.</summary>
    ValueTask<IReadOnlyList<KeyValuePair<ProjectName, ProjectRecord>>> GetRecordsAsync(CancellationToken cancellationToken = default);

    /// <summary>The record of a project; <see cref="ProjectRecord.Empty"/> where there is none.</summary>
    ValueTask<ProjectRecord> GetRecordAsync(ProjectName project, CancellationToken cancellationToken = default);

    /// <summary>The folders that were scanned or have files, with the stamp at the scan.</summary>
    ValueTask<Dictionary<string, long>> GetFoldersAsync(CancellationToken cancellationToken = default);

    /// <summary>The stamp that a folder, or an index file, had when it was scanned; null where it was not.</summary>
    ValueTask<long?> GetStampAsync(string folder, CancellationToken cancellationToken = default);

    /// <summary>
    /// Applies a change in one transaction, as a new revision if an index shows it. Throws <see cref="CatalogReplacedException"/> where
    /// <see cref="CatalogChange.Basis"/> is another generation, and what <see cref="IStorageFaults"/> explains after waiting for other writers in vain.
    /// </summary>
    /// <param name="change">The change.</param>
    /// <param name="durably">
    /// The corresponding change of the storage, made within the transaction, so that none is made where the catalog can't be written. May be called
    /// again.
    /// </param>
    /// <param name="cancellationToken">Cancels before anything is changed.</param>
    Task ChangeAsync(CatalogChange change, Action? durably = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds a file that was just published, unless its identity is published under another name: of concurrent publications, one wins. Throws as <see cref="ChangeAsync"/>.
    /// </summary>
    /// <returns>The files under other names; empty where the file was added.</returns>
    Task<IReadOnlyList<CatalogedFile>> AddUnlessThereAsync(CatalogedFile file);
}
