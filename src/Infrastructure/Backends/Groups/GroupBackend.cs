using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Backends.Groups;

/// <summary>A read-only view of other repositories. Its index has every project of theirs; files come from the storage of the project's owner.</summary>
/// <remarks>Holds its members until it is closed: a request that goes on with an old configuration reads their storages.</remarks>
internal sealed class GroupBackend : IRepositoryBackend
{
    private static readonly StorageCondition Sound = new(Reading: null, Writing: null);

    private static readonly Failure Vanished = new(FailureKind.NotFound, "The file was removed from its repository, or replaced, since the index of the group was read.");

    private readonly RepositorySecrets _secrets;
    private readonly IReadOnlyList<GroupMember> _members;

    // What its repository, the only caller of ReadChangesAsync, was told last.
    private GroupIndex? _read;

    /// <summary>Opens the group.</summary>
    /// <param name="secrets">Its secrets, of which none writes.</param>
    /// <param name="members">At least one, in the order in which they are looked at.</param>
    public GroupBackend(RepositorySecrets secrets, IReadOnlyList<GroupMember> members)
    {
        _secrets = secrets;
        _members = members;
        foreach (var member in members)
        {
            ObjectDisposedException.ThrowIf(!member.Repository.TryHold(), member.Repository);
        }
    }

    public IStaging Staging => throw ReadOnly();

    // Members say themselves that a server is away, and whether their disks work.
    public StorageCondition Probe() => Sound;

    /// <summary>Differs when a member has a change to be read, or has read one.</summary>
    public long ChangeMark
    {
        get
        {
            var mark = 0L;
            foreach (var (repository, _) in _members)
            {
                // An odd factor without a pattern: small changes of two members don't cancel each other.
                mark = unchecked((((mark * -7046029254386353131) + repository.Backend.ChangeMark) * -7046029254386353131) + (repository.Index?.Revision ?? -1));
            }

            return mark;
        }
    }

    public bool NeedsSync => false;

    public async ValueTask CatchUpAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(_members.Select(member => member.Repository.Backend.CatchUpAsync(cancellationToken).AsTask()));

    public ValueTask<Outcome<AccessLevel>> GetAccessAsync(Secret secret, ClientAddress from, AccessLevel wanted, CancellationToken cancellationToken) =>
        new(_secrets.GetAccess(secret));

    public async Task<Outcome<IndexChanges>> ReadChangesAsync(long afterRevision, CancellationToken cancellationToken)
    {
        var indexes = new List<RepositoryIndex>(_members.Count);
        foreach (var (repository, _) in _members)
        {
            // A later member, or upstream, must not answer for one whose projects are not known (dependency confusion).
            if (await repository.GetIndexAsync(cancellationToken) is not { } index)
            {
                return new Failure(FailureKind.Unavailable, $"The index of its member {repository.Name} is not read yet.", TimeSpan.FromSeconds(3));
            }

            indexes.Add(index);
        }

        var now = new GroupIndex(indexes);
        var changes = _read is { } earlier && earlier.Revision == afterRevision ? now.ChangesSince(earlier) : now.All();
        _read = now;

        return changes;
    }

    public async ValueTask<Outcome<Download>> OpenAsync(Secret secret, PackageFile file, CancellationToken cancellationToken) =>
        Find(file) is var (owner, found) ? await owner.Repository.Backend.OpenAsync(owner.Secret, found, cancellationToken) : Vanished;

    public async ValueTask<Outcome<Download>> OpenMetadataAsync(Secret secret, PackageFile file, CancellationToken cancellationToken) =>
        Find(file) is var (owner, found) && found.MetadataSha256 == file.MetadataSha256
            ? await owner.Repository.Backend.OpenMetadataAsync(owner.Secret, found, cancellationToken)
            : Vanished;

    public async Task<Outcome<MetadataFields>> ReadFieldsAsync(Secret secret, PackageFile file, CancellationToken cancellationToken) =>
        Find(file) is var (owner, found) ? await owner.Repository.Backend.ReadFieldsAsync(owner.Secret, found, cancellationToken) : Vanished;

    public Task<Outcome<int>> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult<Outcome<int>>(0);

    public Task<Outcome<SyncReport>> SyncAsync(CancellationToken cancellationToken) => Task.FromResult<Outcome<SyncReport>>(new SyncReport(0, 0, 0));

    public Task<Outcome<SyncReport>> RebuildIndexAsync(Secret? secret, IProgress<WorkProgress> progress, CancellationToken cancellationToken) => throw ReadOnly();

    public Task<Outcome<Publication>> PublishAsync(
        Secret secret, NewFile file, StagedFile staged, Func<Task<Failure?>> beforeCommit, CancellationToken cancellationToken) => throw ReadOnly();

    public Task<Outcome<ProjectRecord>> ChangeRecordAsync(
        Secret secret,
        ProjectName project,
        Func<ProjectRecord, Outcome<ProjectRecord>> change,
        Func<Task<Failure?>> beforeCommit,
        CancellationToken cancellationToken) => throw ReadOnly();

    public void Dispose()
    {
        foreach (var (repository, _) in _members)
        {
            repository.Release();
        }
    }

    private static InvalidOperationException ReadOnly() => new("A group is read only: requests to change one are refused before.");

    /// <summary>The owner of a file of the group's index, and the file as the owner has it now; null if it is gone, or its project has another owner.</summary>
    private (GroupMember Owner, PackageFile File)? Find(PackageFile file)
    {
        foreach (var member in _members)
        {
            if (member.Repository.Index?.Find(file.Filename.Project) is { } project)
            {
                return project.Find(file.Filename.ToString()) is { } found && found.Sha256 == file.Sha256 ? (member, found) : null;
            }
        }

        return null;
    }
}
