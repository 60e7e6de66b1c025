using System.Text;
using System.Threading.Channels;
using PyWharf.Application.Access;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>
/// Wrong credentials, told by notifications, which the database keeps nowhere: for each failure "address|repository", many in one notification.
/// </summary>
internal sealed class PostgreSqlLoginFailures : ILoginFailureBroadcast, IAsyncDisposable, IDisposable
{
    private const string Channel = "pywharf_login_failures";

    // What waits to be sent. An attack of more is locked out by each server alone.
    private const int MostWaiting = 1000;

    // A notification has 7999 bytes at most.
    private const int MostCharacters = 7000;

    // Between notifications, so that an attack is not many of them.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly PostgreSqlDatabase _database;
    private readonly PostgreSqlServers _servers;
    private readonly TimeProvider _time;
    private readonly IDisposable _listening;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _sending;

    private readonly Channel<(ClientAddress Address, RepositoryName? Repository)> _waiting = System.Threading.Channels.Channel.CreateBounded<(ClientAddress, RepositoryName?)>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public PostgreSqlLoginFailures(PostgreSqlDatabase database, PostgreSqlServers servers, TimeProvider time)
    {
        (_database, _servers, _time) = (database, servers, time);
        _listening = database.Listen(Channel, Receive, () => { });
        _sending = Task.Run(SendAsync);
    }

    /// <inheritdoc/>
    public event Action<ClientAddress, RepositoryName?>? Received;

    /// <inheritdoc/>
    public void Send(ClientAddress address, RepositoryName? repository) => _waiting.Writer.TryWrite((address, repository));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listening.Dispose();
        await _stopping.CancelAsync();
        await _sending;
        _stopping.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task SendAsync()
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(_stopping.Token))
            {
                var lines = new StringBuilder(_servers.Id.ToString());
                while (lines.Length < MostCharacters && _waiting.Reader.TryRead(out var failure))
                {
                    lines.Append('\n').Append(failure.Address.ToString()).Append('|').Append(failure.Repository);
                }

                try
                {
                    await _database.NotifyAsync(Channel, lines.ToString(), _stopping.Token);
                }
                catch (DatabaseUnavailableException)
                {
                    // Each server counts its own until it is back.
                }

                await Task.Delay(Pause, _time, _stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    private void Receive(string payload)
    {
        var lines = payload.Split('\n');
        if (lines[0] == _servers.Id.ToString())
        {
            return;
        }

        foreach (var line in lines.Skip(1))
        {
            var bar = line.IndexOf('|', StringComparison.Ordinal);
            if (bar >= 0 && ClientAddress.TryParse(line[..bar], out var address))
            {
                Received?.Invoke(address, RepositoryName.TryParse(line[(bar + 1)..], out var repository, out _) ? repository : null);
            }
        }
    }
}
