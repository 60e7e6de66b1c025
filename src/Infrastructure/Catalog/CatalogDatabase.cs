using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>
/// The SQLite database of a catalog, for many threads and processes. A database that is found to be damaged, whenever and in whatever way, is put
/// aside and made anew; where another process did that, this one goes on with the new one.
/// </summary>
internal sealed class CatalogDatabase : IDisposable
{
    private const int Busy = 5; // SQLITE_BUSY
    private const int Tries = 3;

    // For so long a change waits for those of others, in this process and in all of them; once it was in vain, the next ones only look: those of one
    // project wait for each other too.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(25);

    // To look at every page costs 0.1 s for a hundred thousand files.
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _writing = new(1);
    private readonly Lock _reading = new();
    private readonly CatalogFiles _files;
    private readonly CatalogOpener _opener;
    private readonly TimeProvider _time;

    // Changed by who has both of the above. Null where the new one could not be opened: that is tried again.
    private CatalogConnections? _connections;
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

    /// <summary>Another number whenever another database takes the place of this one: what was found out from the old one may not hold.</summary>
    public long Generation => Interlocked.Read(ref _generation);

    /// <summary>By what processes hear of each other's changes.</summary>
    public ChangeMark Mark { get; }

    /// <summary>Opens the database, or makes one where there is none that can be used. Throws IOException where the disk refuses.</summary>
    public static CatalogDatabase Open(string path, TimeProvider time, ILogger logger)
    {
        var files = new CatalogFiles(path, time);
        var database = new CatalogDatabase(files, time, logger);
        try
        {
            database._connections = database._opener.Open();

            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Tells of a revision that somebody knows: those that a new database begins with are newer.</summary>
    public void Knows(long revision)
    {
        for (var known = Interlocked.Read(ref _newest); revision > known; known = Interlocked.Read(ref _newest))
        {
            Interlocked.CompareExchange(ref _newest, revision, known);
        }
    }

    /// <summary>Reads, with nobody else on the connection.</summary>
    /// <param name="read">Called again with another database where it throws because of what it finds in this one.</param>
    public T Read<T>(Func<CatalogConnection, T> read)
    {
        for (var tries = 1; ; tries++)
        {
            long generation;
            var damage = (string?)null;
            lock (_reading)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                generation = _generation;
                try
                {
                    if (_connections is { Reader: { HasMoved: false } reader })
                    {
                        return read(reader);
                    }
                }
                catch (Exception exception) when (tries < Tries && CatalogDamage.IsCauseOf(exception))
                {
                    damage = exception.Message;
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
    /// Changes something, all or nothing. Throws <see cref="SqliteException"/> with SQLITE_BUSY where others change it for all too long.
    /// </summary>
    /// <param name="write">
    /// Makes the change; returns its revision, of which others are told, or null. Called again, when what it did was taken back, where it throws
    /// because of what it finds in the database.
    /// </param>
    /// <param name="cancellationToken">Gives up before anything is changed.</param>
    public async Task WriteAsync(Func<CatalogConnection, long?> write, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            if (!await _writing.WaitAsync(Patience, cancellationToken))
            {
                throw IsBusy();
            }

            long generation;
            var damage = (string?)null;
            try
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                generation = _generation;
                if (_connections is { Writer: { HasMoved: false } writer })
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

    /// <summary>Puts the database aside and makes a new one.</summary>
    /// <param name="damage">What is wrong with it; null for nothing.</param>
    public void Renew(string? damage) => Replace(Generation, damage, renews: true);

    /// <summary>Looks at every page, where that was not done for a while: of some damage no query takes notice.</summary>
    public void Check()
    {
        if (_time.GetElapsedTime(Interlocked.Read(ref _checked)) < BetweenChecks)
        {
            return;
        }

        Interlocked.Exchange(ref _checked, _time.GetTimestamp());
        var generation = Generation;
        string? damage;
        try
        {
            // Beside the one that reads, as others wait for that.
            using var connection = CatalogConnection.Open(_files.Database, SqliteOpenMode.ReadWrite, _files.Place);
            damage = connection.FindDamage();
        }
        catch (Exception exception) when (CatalogDamage.IsCauseOf(exception))
        {
            damage = exception.Message;
        }

        if (damage is not null)
        {
            Replace(generation, damage);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var entered = _writing.Wait(Patience);
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

    private async Task BeginAsync(CatalogConnection writer, CancellationToken cancellationToken)
    {
        // What it has waited itself, whatever the clock did meanwhile.
        var waited = TimeSpan.Zero;
        for (var pause = ShortestPause; !writer.TryBegin(); pause = pause < LongestPause ? pause * 2 : LongestPause)
        {
            if (waited >= (_isStuck ? Glance : Patience))
            {
                _isStuck = true;
                throw IsBusy();
            }

            await Task.Delay(pause, _time, cancellationToken);
            waited += pause;
        }

        _isStuck = false;
    }

    /// <summary>False where another process put the database aside meanwhile: nobody would see what was written.</summary>
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
            Knows(number);
            Mark.Set(number);
        }

        return true;
    }

    /// <summary>Brings another database in the place of the one of that generation, unless somebody was faster.</summary>
    private void Replace(long generation, string? damage, bool renews = false)
    {
        if (!_writing.Wait(Patience))
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
