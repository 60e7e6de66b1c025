using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using PyWharf.Infrastructure.Catalog;

namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>
/// The SQLite database of a catalog, for many threads and processes. A damaged database is moved aside and replaced by a new one; where another
/// process replaced it, this one opens the new one.
/// </summary>
internal sealed class CatalogDatabase : IDisposable
{
    private const int Busy = 5; // SQLITE_BUSY
    private const int Tries = 3;

    // How long a write waits for other writers, of this process and of others. After a timeout the next writes wait only for the short one, as
    // they hold locks of projects meanwhile.
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ShortWriteTimeout = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(25);

    // A full integrity check takes 0.1 s for a hundred thousand files.
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _writing = new(1);
    private readonly Lock _reading = new();
    private readonly CatalogFiles _files;
    private readonly CatalogOpener _opener;
    private readonly TimeProvider _time;

    // Changed under both locks above. Null where a new database could not be opened, which is tried again.
    private CatalogConnections? _connections;

    // What the check of every page at the start finds: damage, or null. It takes a second for half a million files, and goes on beside the rest of the
    // start. Nothing is answered or written before it has ended, as damage can hide rows.
    private Task<string?> _starting = Task.FromResult<string?>(null);
    private bool _isDisposed;
    private volatile bool _isStuck;
    private long _generation;
    private long _newest;
    private long _checked;

    private CatalogDatabase(CatalogFiles files, TimeProvider time, ILogger logger)
    {
        (_files, _time) = (files, time);
        _opener = new CatalogOpener(files, time, logger);
        Mark = new ChangeMark(files.Mark, logger);
        _checked = time.GetTimestamp();
    }

    /// <summary>A number that is different once the database was replaced: what was computed from the old one may be wrong.</summary>
    public long Generation => Interlocked.Read(ref _generation);

    /// <summary>Tells other processes of changes.</summary>
    public ChangeMark Mark { get; }

    /// <summary>Opens the database, and creates it where there is no usable one. Throws <see cref="IOException"/> where the disk refuses.</summary>
    public static CatalogDatabase Open(string path, TimeProvider time, ILogger logger)
    {
        var files = new CatalogFiles(path, time);
        var database = new CatalogDatabase(files, time, logger);
        try
        {
            database._connections = database._opener.Open();
            database._starting = database.FindDamageAsync();

            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Notes a revision that is in use: a new database begins with a newer one.</summary>
    public void NoteRevision(long revision)
    {
        for (var known = Interlocked.Read(ref _newest); revision > known; known = Interlocked.Read(ref _newest))
        {
            Interlocked.CompareExchange(ref _newest, revision, known);
        }
    }

    /// <summary>Reads on the connection for reading, one caller at a time.</summary>
    /// <param name="read">Called again on the new database where this one is found to be damaged.</param>
    public T Read<T>(Func<CatalogConnection, T> read)
    {
        for (var tries = 1; ; tries++)
        {
            long generation;
            Task<string?> starting;
            (T Value, bool IsThere) found = default;
            var damage = (string?)null;
            lock (_reading)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                (generation, starting) = (_generation, _starting);
                try
                {
                    if (_connections is { Reader: { HasMoved: false } reader })
                    {
                        found = (read(reader), true);
                    }
                }
                catch (Exception exception) when (tries < Tries && CatalogDamage.IsCauseOf(exception))
                {
                    damage = exception.Message;
                }
            }

            if (found.IsThere)
            {
                damage = ResultOfAsync(starting).GetAwaiter().GetResult();
                if (damage is null)
                {
                    return found.Value;
                }
            }

            if (tries == Tries)
            {
                throw new CatalogReplacedException();
            }

            Replace(generation, damage);
        }
    }

    /// <summary>
    /// Writes in one transaction. Throws <see cref="SqliteException"/> with SQLITE_BUSY after waiting for other writers in vain.
    /// </summary>
    /// <param name="write">
    /// Makes the change; returns its revision, which other processes are told, or null. Called again on the new database, after a rollback, where this
    /// one is found to be damaged.
    /// </param>
    /// <param name="cancellationToken">Cancels before anything is changed.</param>
    public async Task WriteAsync(Func<CatalogConnection, long?> write, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            if (!await _writing.WaitAsync(WriteTimeout, cancellationToken))
            {
                throw IsBusy();
            }

            long generation;
            string? damage = null;
            try
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                generation = _generation;
                damage = await ResultOfAsync(_starting);
                if (damage is null && _connections is { Writer: { HasMoved: false } writer })
                {
                    await BeginAsync(writer, cancellationToken);
                    if (TryCommit(writer, write))
                    {
                        return;
                    }
                }
            }
            catch (Exception exception) when (tries < Tries && CatalogDamage.IsCauseOf(exception))
            {
                generation = _generation;
                damage = exception.Message;
            }
            finally
            {
                _writing.Release();
            }

            if (tries == Tries)
            {
                throw new CatalogReplacedException();
            }

            Replace(generation, damage);
        }
    }

    /// <summary>Replaces the database by a new one.</summary>
    /// <param name="damage">What is damaged; null where it is not.</param>
    public void Renew(string? damage) => Replace(Generation, damage, renews: true);

    /// <summary>Checks every page, at most every ten minutes: not every damage shows in a query.</summary>
    public void Check()
    {
        if (_time.GetElapsedTime(Interlocked.Read(ref _checked)) < BetweenChecks)
        {
            return;
        }

        Interlocked.Exchange(ref _checked, _time.GetTimestamp());
        var generation = Generation;
        if (FindDamage() is { } damage)
        {
            Replace(generation, damage);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var entered = _writing.Wait(WriteTimeout);
        _ = Task.WaitAny([_starting], WriteTimeout);
        lock (_reading)
        {
            _isDisposed = true;
            _connections?.Dispose();
            _connections = null;
        }

        Mark.Dispose();
        if (entered)
        {
            _writing.Release();
        }
    }

    private Task<string?> FindDamageAsync() => Task.Factory.StartNew(FindDamage, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private string? FindDamage()
    {
        try
        {
            // On a connection of its own, as readers wait for the shared one.
            using var connection = new CatalogConnection(_files.Database, SqliteOpenMode.ReadWrite, _files.Place);

            return connection.FindDamage();
        }
        catch (Exception exception) when (CatalogDamage.IsCauseOf(exception))
        {
            return exception.Message;
        }
    }

    /// <summary>Waits for the check at the start. One that failed, as the disk refused something, is done again.</summary>
    private async Task<string?> ResultOfAsync(Task<string?> starting)
    {
        try
        {
            return await starting;
        }
        catch
        {
            lock (_reading)
            {
                _starting = _starting == starting ? FindDamageAsync() : _starting;
            }

            throw;
        }
    }

    private async Task BeginAsync(CatalogConnection writer, CancellationToken cancellationToken)
    {
        // The sum of its own waits, independent of the clock.
        var waited = TimeSpan.Zero;
        for (var pause = ShortestPause; !writer.TryBegin(); pause = pause < LongestPause ? pause * 2 : LongestPause)
        {
            if (waited >= (_isStuck ? ShortWriteTimeout : WriteTimeout))
            {
                _isStuck = true;
                throw IsBusy();
            }

            await Task.Delay(pause, _time, cancellationToken);
            waited += pause;
        }

        _isStuck = false;
    }

    /// <summary>False where another process replaced the database meanwhile, so that the change is lost.</summary>
    private bool TryCommit(CatalogConnection writer, Func<CatalogConnection, long?> write)
    {
        long? revision;
        try
        {
            revision = write(writer);
            writer.Commit();
        }
        catch
        {
            writer.Rollback();
            throw;
        }

        if (writer.HasMoved)
        {
            return false;
        }

        if (revision is { } number)
        {
            NoteRevision(number);
            Mark.Set(number);
        }

        return true;
    }

    /// <summary>Replaces the database, unless it is of another generation by now.</summary>
    private void Replace(long generation, string? damage, bool renews = false)
    {
        if (!_writing.Wait(WriteTimeout))
        {
            throw IsBusy();
        }

        try
        {
            lock (_reading)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                if (generation != _generation)
                {
                    return;
                }

                var old = _connections;
                _connections = null;
                _connections = _opener.Replace(old, renews, damage, Interlocked.Read(ref _newest));
                _starting = Task.FromResult<string?>(null);
                Interlocked.Increment(ref _generation);
                Interlocked.Exchange(ref _checked, _time.GetTimestamp());
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private static SqliteException IsBusy() => new("Others change the index for longer than a change waits for them.", Busy);
}
