using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Catalog;

/// <summary>
/// Opens the database of a catalog, and makes a new one where there is none that can be used. What is whole in the old one goes over into the new
/// one: the time of an upload that nothing else tells, and what else would be read from the packages again. It is held against the storage before
/// the new one counts as complete.
/// </summary>
/// <param name="files">Where it is.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of damage.</param>
internal sealed partial class CatalogOpener(CatalogFiles files, TimeProvider time, ILogger logger)
{
    // For so long others may open or replace it.
    private static readonly TimeSpan AtStart = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WhileServing = TimeSpan.FromSeconds(2);

    /// <summary>Opens what is there, or makes a new one where that can't be used. Throws IOException where the disk refuses.</summary>
    public CatalogConnections Open() => Guarded(AtStart, () => OpenUsable(starts: true, newest: 0));

    /// <summary>
    /// Brings another database in the place of one: of what is there, where another process put the old one aside, and else a new one. Throws
    /// IOException where the disk refuses.
    /// </summary>
    /// <param name="old">Is closed; null where there was none.</param>
    /// <param name="renews">Whether it is to be replaced if it is still there.</param>
    /// <param name="damage">What is wrong with it, so that it is to be replaced; null for nothing.</param>
    /// <param name="newest">A revision that somebody knows: those of a new one are newer.</param>
    public CatalogConnections Replace(CatalogConnections? old, bool renews, string? damage, long newest)
    {
        try
        {
            return Guarded(WhileServing, () =>
            {
                var isThere = old is { Reader.HasMoved: false };
                old?.Dispose();

                return isThere && (renews || damage is not null) ? MakeAnew(damage, newest) : OpenUsable(starts: false, newest);
            });
        }
        catch
        {
            old?.Dispose();
            throw;
        }
    }

    private CatalogConnections OpenUsable(bool starts, long newest)
    {
        if (!files.Exists)
        {
            return Make(newest, salvages: false);
        }

        CatalogConnections? opened = null;
        string? damage = null;
        try
        {
            opened = Connect();
            var isOfThisVersion = CatalogSchema.IsIn(opened.Reader);
            if (!isOfThisVersion && !starts)
            {
                // That one would put ours aside in its turn, and so on.
                throw new IOException($"Another version of this program uses {files.Database}: stop it, or this one.");
            }

            if (isOfThisVersion)
            {
                CatalogSchema.Check(opened.Reader);
                damage = opened.Reader.FindDamage();
                if (damage is null)
                {
                    return opened;
                }
            }
        }
        catch (Exception exception) when (CatalogDamage.IsCauseOf(exception))
        {
            damage = exception.Message;
        }
        catch
        {
            opened?.Dispose();
            throw;
        }

        opened?.Dispose();

        return MakeAnew(damage, newest);
    }

    private CatalogConnections MakeAnew(string? damage, long newest)
    {
        files.PutAside();
        var made = Make(newest, salvages: true);
        if (damage is null)
        {
            files.RemoveAside();
        }
        else
        {
            Log.MadeAnew(logger, files.Database, damage, files.Aside);
        }

        return made;
    }

    private CatalogConnections Make(long newest, bool salvages)
    {
        files.MakeRoom();
        using (var connection = CatalogConnection.Open(files.Database, SqliteOpenMode.ReadWriteCreate, files.Place))
        {
            CatalogSchema.Create(connection, () =>
            {
                var salvaged = salvages ? Salvage(connection) : 0;

                // Revisions go on from the clock, so that those of a new catalog are newer than those of the one it replaces.
                var now = UnixTime.ToMicroseconds(time.GetUtcNow());
                new CatalogState(Math.Max(now, Math.Max(newest, salvaged) + 1), now, Complete: 0).Write(connection);
            });
        }

        return Connect();
    }

    /// <summary>Copies what is whole; the newest revision in it. Each row keeps its own, by which it is known already, or not.</summary>
    private long Salvage(CatalogConnection connection)
    {
        var newest = 0L;
        try
        {
            using var old = CatalogConnection.Open(files.Aside, SqliteOpenMode.ReadWrite, files.Place);

            // Where a page can't be read the way ends: what is behind it is reached from the other end, or by an index.
            if (!TryCopyFiles("ORDER BY filename") && !TryCopyFiles("ORDER BY filename DESC"))
            {
                TryCopyFiles("ORDER BY revision DESC");
            }

            old.ForEachThatIsWhole($"SELECT {RecordRow.Columns} FROM projects", row =>
            {
                var record = RecordRow.Read(row, old.Seal);
                record.Write(connection);
                newest = Math.Max(newest, record.Revision);
            });

            bool TryCopyFiles(string order)
            {
                try
                {
                    old.ForEachThatIsWhole($"SELECT {CatalogRow.Columns}, fields FROM files {order}", row =>
                    {
                        var file = CatalogRow.Read(row, old.Seal);
                        file.Write(connection, row.IsDBNull(14) ? null : row.GetString(14));
                        newest = Math.Max(newest, file.Revision);
                    });

                    return true;
                }
                catch (SqliteException exception) when (CatalogDamage.IsCauseOf(exception))
                {
                    return false;
                }
            }
        }
        catch (SqliteException exception) when (CatalogDamage.IsCauseOf(exception))
        {
            // Nothing more can be read of it. The storage has all that matters.
        }

        return newest;
    }

    private CatalogConnections Connect()
    {
        var reader = CatalogConnection.Open(files.Database, SqliteOpenMode.ReadWrite, files.Place);
        try
        {
            return new CatalogConnections(reader, CatalogConnection.Open(files.Database, SqliteOpenMode.ReadWrite, files.Place));
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private CatalogConnections Guarded(TimeSpan patience, Func<CatalogConnections> open)
    {
        try
        {
            using var locked = files.Lock(patience);

            return open();
        }
        catch (Exception exception) when (exception is SqliteException || StorageError.IsOutOfSpace(exception))
        {
            var why = StorageError.IsOutOfSpace(exception) ? "the disk is full" : exception.Message;
            throw new IOException($"The index's catalog {files.Database} can't be opened: {why}", exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "The cached index {Path} is damaged ({Why}). It is made anew from the storage, and no published file is lost; the damaged one is kept as {Aside}.")]
        public static partial void MadeAnew(ILogger logger, string path, string why, string aside);
    }
}
