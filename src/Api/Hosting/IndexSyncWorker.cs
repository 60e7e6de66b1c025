using MediatR;
using PyWharf.Application.Indexing;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Api.Hosting;

/// <summary>
/// Keeps the index of each repository up to date: every second it applies changes of other processes, and at the repository's sync interval it
/// compares index and storage, unless another server on the same database does so. Each new failure is logged once; the last index stays in use.
/// </summary>
internal sealed partial class IndexSyncWorker(
    ISender sender, IRepositories repositories, IMaintenanceLease lease, TimeProvider time, ILogger<IndexSyncWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _initialSync = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first sync of every repository configured at the start has ended, successfully or not.</summary>
    public Task InitialSync => _initialSync.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var replaced = new TaskCompletionSource<RepositorySet>(TaskCreationOptions.RunContinuationsAsynchronously);
        repositories.Replaced += set => Volatile.Read(ref replaced).TrySetResult(set);

        for (var set = repositories.Current; ; set = await replaced.Task.WaitAsync(stoppingToken))
        {
            Volatile.Write(ref replaced, new(TaskCreationOptions.RunContinuationsAsynchronously));
            set = repositories.Current ?? set;

            using var retired = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var loops = new Dictionary<Repository, Loop>();
            foreach (var repository in set?.All ?? [])
            {
                loops.Add(repository, new Loop(this, repository, [.. repository.Members.Select(member => loops[member].InitialSync)]));
            }

            var running = loops.Values.Select(loop => loop.RunAsync(retired.Token)).ToList();
            try
            {
                var next = replaced.Task.WaitAsync(stoppingToken);
                await Task.WhenAny(Task.WhenAll(loops.Values.Select(loop => loop.InitialSync)), next);
                _initialSync.TrySetResult();
                await next;
            }
            finally
            {
                await retired.CancelAsync();
                await Task.WhenAll(running);
            }
        }
    }

    /// <param name="worker">The worker.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="members">The first syncs of the members of a group, whose index is made of theirs.</param>
    private sealed class Loop(IndexSyncWorker worker, Repository repository, IReadOnlyList<Task> members)
    {
        private readonly TaskCompletionSource _initialSync = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _firstRead = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when the first sync has ended, successfully or not. Independent of other repositories.</summary>
        public Task InitialSync => _initialSync.Task;

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            if (!repository.TryHold())
            {
                return; // the configuration was replaced meanwhile
            }

            try
            {
                await Task.WhenAll(
                    SyncAsync(new Attempt(this), cancellationToken), RefreshAsync(new Attempt(this), cancellationToken), DescribeAsync(new Attempt(this), cancellationToken));
            }
            finally
            {
                repository.Release();
            }
        }

        private async Task SyncAsync(Attempt attempt, CancellationToken cancellationToken)
        {
            // The sync of a local storage may complete synchronously: without this, the loop of the next repository would start after it.
            await Task.Yield();

            using var timer = new PeriodicTimer(PollInterval, worker.Time);
            try
            {
                await Task.WhenAll(members).WaitAsync(cancellationToken);
                long? syncedAt = null;
                do
                {
                    if (!await worker.Lease.TryHoldAsync(repository.Name, cancellationToken))
                    {
                        // Its index is what the other server has written.
                        (syncedAt, repository.SyncedAt) = (null, 0);
                        await _firstRead.Task.WaitAsync(cancellationToken);
                        _initialSync.TrySetResult();
                    }
                    else if (syncedAt is null || worker.Time.GetElapsedTime(syncedAt.Value) >= repository.Settings.SyncInterval - (PollInterval / 2) || repository.Backend.NeedsSync)
                    {
                        syncedAt = worker.Time.GetTimestamp();
                        await attempt.RunAsync(SyncOnceAsync, cancellationToken);
                        _initialSync.TrySetResult();
                    }
                }
                while (await timer.WaitForNextTickAsync(cancellationToken));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The configuration was replaced, or the server stops.
            }

            async Task<Failure?> SyncOnceAsync() => (await worker.Sender.Send(new SyncIndex.Command(repository), cancellationToken)).Failure;
        }

        /// <summary>A loop of its own, since the sync of a remote storage may take minutes.</summary>
        private async Task RefreshAsync(Attempt attempt, CancellationToken cancellationToken)
        {
            await Task.Yield();

            using var timer = new PeriodicTimer(PollInterval, worker.Time);
            try
            {
                do
                {
                    await attempt.RunAsync(RefreshOnceAsync, cancellationToken);
                    _firstRead.TrySetResult();
                }
                while (await timer.WaitForNextTickAsync(cancellationToken));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The configuration was replaced, or the server stops.
            }

            // A failure before the first sync is expected: there is nothing to read yet.
            async Task<Failure?> RefreshOnceAsync()
            {
                var failure = await repository.RefreshAsync(cancellationToken);
                if (failure is null)
                {
                    repository.ReadAt = worker.Time.GetTimestamp();
                }

                return InitialSync.IsCompleted ? failure : null;
            }
        }

        /// <summary>A loop of its own, since it may open every file of a storage.</summary>
        private async Task DescribeAsync(Attempt attempt, CancellationToken cancellationToken)
        {
            using var timer = new PeriodicTimer(PollInterval, worker.Time);
            try
            {
                await InitialSync.WaitAsync(cancellationToken);
                do
                {
                    if (await worker.Lease.TryHoldAsync(repository.Name, cancellationToken))
                    {
                        await attempt.RunAsync(DescribeAllAsync, cancellationToken);
                    }
                }
                while (await timer.WaitForNextTickAsync(cancellationToken));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The configuration was replaced, or the server stops.
            }

            async Task<Failure?> DescribeAllAsync()
            {
                Outcome<int> described;
                do
                {
                    described = await worker.Sender.Send(new DescribeFiles.Command(repository), cancellationToken);
                }
                while (described.Failure is null && described.Value > 0);

                return described.Failure;
            }
        }

        private void LogTransition(string? problem)
        {
            if (problem is null)
            {
                Log.Recovered(worker.Logger, repository.Name);
            }
            else
            {
                Log.Failed(worker.Logger, repository.Name, problem);
            }
        }

        /// <summary>A repeated action. A failure is logged when it starts, when its message changes, and when it ends.</summary>
        private sealed class Attempt(Loop loop)
        {
            private string? _lastProblem;

            public async Task RunAsync(Func<Task<Failure?>> action, CancellationToken cancellationToken)
            {
                string? problem;
                try
                {
                    problem = (await action())?.Message;
                }
                catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
                {
                    problem = exception.Message;
                }

                if (problem != _lastProblem)
                {
                    loop.LogTransition(problem);
                    _lastProblem = problem;
                }
            }
        }
    }

    private ISender Sender => sender;

    private IMaintenanceLease Lease => lease;

    private TimeProvider Time => time;

    private ILogger Logger => logger;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The index of {Repository} could not be brought up to date, the old one goes on serving: {Cause}")]
        public static partial void Failed(ILogger logger, RepositoryName repository, string cause);

        [LoggerMessage(Level = LogLevel.Information, Message = "The index of {Repository} is up to date again.")]
        public static partial void Recovered(ILogger logger, RepositoryName repository);
    }
}
