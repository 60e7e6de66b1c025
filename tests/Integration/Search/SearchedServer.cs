using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Search;

/// <summary>A server of its own, since a search finds what other tests upload: a repository that stays as it is, and one to be changed.</summary>
public sealed class SearchedServer : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _root = new();
    private PyWharfProcess? _server;

    internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _server = await PyWharfProcess.StartAsync(
            _root.Path, ServerFixture.Config + ServerFixture.Config.Replace(ServerFixture.Repository, "changing", StringComparison.Ordinal));
        using var writer = Writer(ServerFixture.Repository);
        await PublishAsync(writer, "Http", "1.0", "A client");
        await PublishAsync(writer, "http-server", "1.0", "Answers");
        await PublishAsync(writer, "zope.http", "2.0", "Hands over REQUESTS");
        await PublishAsync(writer, "zope.http", "3.0rc1", "Another summary");
        await PublishAsync(writer, "requests", "1.0", "Speaks HTTP to people");
        await PublishAsync(writer, "other", "1.0", "");
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _server?.Dispose();
        _root.Dispose();
    }

    internal HttpClient Reader(string repository) => Server.Client(repository, ServerFixture.ReadSecret);

    internal HttpClient Writer(string repository) => Server.Client(repository, ServerFixture.WriteSecret);

    internal static async Task PublishAsync(HttpClient writer, string name, string version, string summary)
    {
        var metadata = Encoding.UTF8.GetBytes($"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
        (await writer.UploadAsync(ClientForm.LikeTwine(Wheels.Build(name, version, metadata: metadata)).With("summary", summary))).With(200);
    }
}
