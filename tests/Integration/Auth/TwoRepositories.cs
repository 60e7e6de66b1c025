using PyWharf.Integration.Support;

namespace PyWharf.Integration.Auth;

/// <summary>A server with more than one repository: <c>[Collection(TwoRepositories.Name)]</c>.</summary>
[CollectionDefinition(Name)]
public sealed class TwoRepositories : IAsyncLifetime, IDisposable, ICollectionFixture<TwoRepositories>
{
    /// <summary>The collection of the tests that share it.</summary>
    public const string Name = "A server with two repositories";

    /// <summary>A secret with a colon, and with letters that Latin-1 lacks.</summary>
    internal const string AlphaReads = "ré:ad-читать-☃";

    internal const string AlphaWrites = "wr1te-alpha";
    internal const string BetaWrites = "wr1te-beta";

    /// <summary>Exactly as large as alpha accepts.</summary>
    internal static readonly Distribution Largest = Wheels.Build("largest", "1.0", payload: 50_000, random: true);

    /// <summary>Larger than what fits into the buffers between a client and a server.</summary>
    internal static readonly Distribution TooLarge = Wheels.Build("too-large", "1.0", payload: 12_000_000, random: true);

    private readonly TempFolder _root = new();
    private PyWharfProcess? _server;

    internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

    /// <summary>Where uploads to alpha are received.</summary>
    internal string AlphaStaging => Path.Combine(_root.Path, "cache", "alpha", "storage", ".staging");

    /// <inheritdoc/>
    public async Task InitializeAsync() => _server = await PyWharfProcess.StartAsync(_root.Path, $"""
        [Alpha]
        type = "file_system"
        read_secret = "{AlphaReads}"
        write_secret = "{AlphaWrites}"
        max_file_bytes = {Largest.Content.Length}

        [beta]
        type = "file_system"
        read_secret = ""
        write_secret = "{BetaWrites}"

        """);

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _server?.Dispose();
        _root.Dispose();
    }
}
