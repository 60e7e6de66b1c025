using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>
/// Opens the database of a catalog, and creates a new one where there is no usable one. Undamaged rows of the old one are copied: they have upload
/// times that are recorded nowhere else, and metadata that would have to be read from packages again. The storage is scanned before the new one
/// counts as complete.
/// </summary>
/// <param name="files">Its files.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs damage.</param>
internal sealed partial class CatalogOpener(CatalogFiles files, TimeProvider time, ILogger logger)
{
    // How long to wait while another process opens or replaces it.
    private static readonly TimeSpan AtStart = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WhileServing = TimeSpan.FromSeconds(2);

    /// <summary>Opens the database, or creates one. Throws <see cref="IOException"/> where the disk refuses.</summary>
    public CatalogConnections Open() => Guarded(AtStart, () => OpenUsable(starts: true, newest: 0));

    /// <summary>
    /// Replaces the open database: by the one that another process has put there, else by a new one. Throws <see cref="IOException"/> where the disk
    /// refuses.
    /// </summary>
    /// <param name="old">Is closed; null where none was open.</param>
    /// <param name="renews">Whether it is replaced although it is not damaged.</param>
    /// <param name="damage">What is damaged; null where it is not.</param>
    /// <param name="newest">The newest revision in use: a new database begins with a newer one.</param>
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
                // The two versions would replace each other's database for ever.
                throw new IOException($"Another version of this program uses {files.Database}: stop it, or this one.");
            }

            if (isOfThisVersion)
            {
                CatalogSchema.Check(opened.Reader);

                // A start has it done beside the rest (CatalogDatabase).
                damage = starts ? null : opened.Reader.FindDamage();
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
        using (var connection = new CatalogConnection(files.Database, SqliteOpenMode.ReadWriteCreate, files.Place))
        {
            CatalogSchema.Create(connection, () =>
            {
                var salvaged = salvages ? Salvage(connection) : 0;

                // Revisions begin with the time, so that those of a new catalog are newer than those of the old one.
                var now = UnixTime.ToMicroseconds(time.GetUtcNow());
                new CatalogState(Math.Max(now, Math.Max(newest, salvaged) + 1), now, Complete: 0).Write(connection);
            });
        }

        return Connect();
    }

    /// <summary>Copies undamaged rows with their revisions; returns the newest revision.</summary>
    private long Salvage(CatalogConnection connection)
    {
        var (newest, values) = (0L, new InternedValues());
        try
        {
            using var old = new CatalogConnection(files.Aside, SqliteOpenMode.ReadWrite, files.Place);

            // A query ends at an unreadable page: rows behind it are read from the other end, or by an index.
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
                        var file = CatalogRow.Read(row, old.Seal, values);
                        file.Write(connection, row.IsDBNull(15) ? null : row.GetString(15));
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
            // Nothing more can be read.
        }

        return newest;
    }

    private CatalogConnections Connect()
    {
        var reader = new CatalogConnection(files.Database, SqliteOpenMode.ReadWrite, files.Place);
        try
        {
            return new CatalogConnections(reader, new CatalogConnection(files.Database, SqliteOpenMode.ReadWrite, files.Place));
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private CatalogConnections Guarded(TimeSpan timeout, Func<CatalogConnections> open)
    {
        try
        {
            using var locked = files.Lock(timeout);

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
