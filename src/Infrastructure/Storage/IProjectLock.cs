namespace PyWharf.Infrastructure.Storage;

/// <summary>A lock of a project, which is released when it is disposed.</summary>
internal interface IProjectLock : IAsyncDisposable
{
    /// <summary>Whether it is still held: a lock in a database is lost with its connection. Asked before a change that can't be taken back.</summary>
    ValueTask<bool> IsHeldAsync(CancellationToken cancellationToken);
}
