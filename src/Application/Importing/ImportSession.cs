using PyWharf.Application.Access;
using PyWharf.Domain;

namespace PyWharf.Application.Importing;

/// <summary>One import that is under way.</summary>
internal sealed class ImportSession : IDisposable
{
    // After so many files in a row, each with its retries, the storage or the source is away for longer.
    private const int MaxTroubledFiles = 3;
    private const int MaxUnavailableFiles = 20;

    private readonly SemaphoreSlim _turns;
    private readonly CancellationTokenSource _stop;
    private int _troubled;
    private int _unavailable;

    public ImportSession(ImportPlan plan, ImportCount count, CancellationToken cancellationToken)
    {
        (Plan, Count) = (plan, count);
        Credential = Credential.OfCommand(plan.Repository);
        _turns = new SemaphoreSlim(plan.Jobs);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Options = new ParallelOptions { MaxDegreeOfParallelism = plan.Jobs, CancellationToken = _stop.Token };
    }

    public ImportPlan Plan { get; }

    public ImportCount Count { get; }

    public Credential Credential { get; }

    public ImportReport Report { get; } = new();

    public ParallelOptions Options { get; }

    public CancellationToken Token => _stop.Token;

    public PackageFile? Find(DistributionFilename filename) => Plan.Target?.Index?.Find(filename.Project)?.Find(filename.ToString());

    /// <summary>Projects and their files are both imported in parallel; the turns limit the files of all.</summary>
    public async Task<IDisposable> WaitForTurnAsync()
    {
        await _turns.WaitAsync(_stop.Token);

        return new Turn(_turns);
    }

    /// <summary>Ends the import when the source does not answer any more.</summary>
    /// <param name="failure">Why it gave nothing; null if it gave something.</param>
    public void NoteSource(Failure? failure)
    {
        if (failure?.Kind != FailureKind.Unavailable)
        {
            Volatile.Write(ref _unavailable, 0);
        }
        else if (Interlocked.Increment(ref _unavailable) >= MaxUnavailableFiles)
        {
            Stop(failure);
        }
    }

    /// <summary>Ends the import when the storage refuses everything.</summary>
    /// <param name="failure">Why it refused a file; null if it took one.</param>
    public void NoteStorage(Failure? failure)
    {
        var troubled = failure?.Kind is FailureKind.Unavailable or FailureKind.TooManyRequests ? Interlocked.Increment(ref _troubled) : Interlocked.Exchange(ref _troubled, 0);
        if (failure is not null && (failure.Kind is FailureKind.OutOfSpace or FailureKind.Unauthenticated or FailureKind.Broken || troubled >= MaxTroubledFiles))
        {
            Stop(failure);
        }
    }

    private void Stop(Failure failure)
    {
        Report.Stopped = failure.Message;
        _stop.Cancel();
    }

    public void Dispose()
    {
        _turns.Dispose();
        _stop.Dispose();
    }

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }
}
