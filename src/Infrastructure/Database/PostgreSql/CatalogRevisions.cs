using System.Globalization;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>
/// Follows the newest revision of a catalog: by notifications, and by asking after each connection of the listener, as notifications may have been
/// missed.
/// </summary>
internal sealed class CatalogRevisions : IDisposable
{
    /// <summary>The channel. The payload is the number of the catalog and its new revision.</summary>
    public const string Channel = "pywharf_catalogs";

    private readonly PostgreSqlDatabase _database;
    private readonly CatalogHandle _catalog;
    private readonly CancellationTokenSource _disposed = new();
    private readonly IDisposable _subscription;
    private readonly Lock _asking = new();

    // Under _asking: at most one question is on its way, and one waits for it, which all that come later share.
    private Task? _current;
    private Task? _next;

    public CatalogRevisions(PostgreSqlDatabase database, CatalogHandle catalog)
    {
        (_database, _catalog) = (database, catalog);
        _subscription = database.Listen(Channel, Receive, () => _ = AskAsync());
    }

    /// <summary>The payload of a notification.</summary>
    public static string Payload(long catalog, long revision) => string.Create(CultureInfo.InvariantCulture, $"{catalog} {revision}");

    /// <summary>
    /// Returns once every change that was committed before is known; at once where the database is known to be away. Never fails.
    /// </summary>
    public async ValueTask CatchUpAsync(CancellationToken cancellationToken)
    {
        if (_database.Trouble is null)
        {
            await AskAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _subscription.Dispose();
        _disposed.Cancel();
        _disposed.Dispose();
    }

    private Task AskAsync()
    {
        lock (_asking)
        {
            if (_next is not null)
            {
                return _next;
            }

            if (_current is null or { IsCompleted: true })
            {
                return _current = Task.Run(ReadAsync);
            }

            // The one on its way may have been answered already.
            return _next = ContinueAsync(_current);
        }
    }

    private async Task ContinueAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // until _next is set
        lock (_asking)
        {
            (_current, _next) = (_next, null);
        }

        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        try
        {
            await _catalog.ReadAsync(_disposed.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The database has logged why it can't be used.
        }
    }

    private void Receive(string payload)
    {
        if (payload.Split(' ') is [var catalog, var revision]
            && long.TryParse(catalog, CultureInfo.InvariantCulture, out var id)
            && id == _catalog.KnownId
            && long.TryParse(revision, CultureInfo.InvariantCulture, out var number)
            && number > _catalog.Revision)
        {
            // A hint, as every role that may connect can notify: the database says which revision there is.
            _ = AskAsync();
        }
    }
}
