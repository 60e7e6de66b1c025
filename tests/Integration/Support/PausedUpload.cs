using System.Net.Sockets;
using System.Text;

namespace PyWharf.Integration.Support;

/// <summary>An upload of which the first half is sent, and the rest when the test says so.</summary>
internal sealed class PausedUpload : IDisposable
{
    private readonly TcpClient _connection = new();
    private readonly byte[] _request;

    private PausedUpload(byte[] request) => _request = request;

    /// <summary>Sends the first half.</summary>
    public static async Task<PausedUpload> StartAsync(Uri server, string user, string password, Distribution file)
    {
        var upload = new PausedUpload(RawHttp.Request(
            "POST",
            "/simple/",
            [$"Content-Type: {ClientForm.ContentType()}", $"Authorization: {PyWharfProcess.Basic(user, password)}"],
            ClientForm.LikeTwine(file).ToBytes()));
        await upload._connection.ConnectAsync(server.Host, server.Port);
        await upload._connection.GetStream().WriteAsync(upload._request.AsMemory(0, upload._request.Length / 2));

        return upload;
    }

    /// <summary>Sends the rest and reads the answer.</summary>
    public async Task<RawAnswer> FinishAsync()
    {
        await _connection.GetStream().WriteAsync(_request.AsMemory(_request.Length / 2));

        return await ReadAsync();
    }

    /// <summary>Reads the answer, up to the orderly end of the connection.</summary>
    public async Task<RawAnswer> ReadAsync()
    {
        using var hang = new CancellationTokenSource(ChildProcess.HangGuard);
        using var answer = new MemoryStream();
        await _connection.GetStream().CopyToAsync(answer, hang.Token);

        return new RawAnswer(answer.ToArray());
    }

    public void Dispose() => _connection.Dispose();
}
