namespace PyWharf.Integration.Support;

/// <summary>One running server for tests that read, or that upload projects of their own: <c>[Collection(ServerFixture.Name)]</c>.</summary>
[CollectionDefinition(Name)]
public sealed class ServerFixture : IAsyncLifetime, IDisposable, ICollectionFixture<ServerFixture>
{
    /// <summary>The collection of the tests that share it.</summary>
    public const string Name = "A running server";

    /// <summary>The one repository, of type file_system.</summary>
    internal const string Repository = "local";

    internal const string ReadSecret = "r3ad";

    /// <summary>Colons end the user name in HTTP Basic, but not the password.</summary>
    internal const string WriteSecret = "wr1te:with:colons";

    internal const string Config =
        $"""
        [{Repository}]
        type = "file_system"
        read_secret = "{ReadSecret}"
        write_secret = "{WriteSecret}"

        """;

    private readonly TempFolder _root = new();
    private PyWharfProcess? _server;

    internal string Root => _root.Path;

    internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

    /// <inheritdoc/>
    public async Task InitializeAsync() => _server = await PyWharfProcess.StartAsync(Root, Config);

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _server?.Dispose();
        _root.Dispose();
    }

    /// <summary>Where the repository's files lie.</summary>
    internal string Storage => Path.Combine(Root, "cache", Repository, "storage");

    internal HttpClient Reader() => Server.Client(Repository, ReadSecret);

    internal HttpClient Writer() => Server.Client(Repository, WriteSecret);

    /// <summary>Every file of the storage with its length, whatever it is.</summary>
    internal IReadOnlyList<string> StoredFiles() =>
    [
        .. new DirectoryInfo(Storage).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => $"{Path.GetRelativePath(Storage, file.FullName)} {file.Length}")
            .Order(StringComparer.Ordinal),
    ];
}
