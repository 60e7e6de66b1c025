using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Upload;

/// <summary>One running server with a repository for each value of each key of a policy, named <c>KEY-VALUE</c>, and some more.</summary>
public sealed class ServerWithPolicies : IAsyncLifetime, IDisposable
{
    /// <summary>With the usual policy.</summary>
    internal const string Usual = "usual";

    /// <summary>Warns of everything.</summary>
    internal const string Warning = "warning";

    /// <summary>Takes files of <see cref="SmallBytes"/> bytes at most.</summary>
    internal const string Small = "small";

    internal const int SmallBytes = 5000;

    internal static readonly string[] Keys =
    [
        "allow_legacy_sdist_names", "allow_legacy_wheel_names", "require_digest", "require_sound_archive", "require_standard_archive",
        "require_readable_metadata", "require_metadata_match", "require_record_match",
    ];

    private readonly TempFolder _root = new();
    private PyWharfProcess? _server;

    internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

    internal string Root => _root.Path;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        var config = new StringBuilder(Table(Usual) + Table(Small) + $"max_file_bytes = {SmallBytes}\n");
        config.Append(Table(Warning)).Append($"[{Warning}.policy]\n").AppendJoin('\n', Keys.Select(key => $"{key} = \"warn\"")).Append('\n');
        foreach (var key in Keys)
        {
            foreach (var value in (string[])["true", "\"warn\"", "false"])
            {
                var name = $"{key}-{value.Trim('"')}";
                config.Append(Table(name)).Append($"[{name}.policy]\n{key} = {value}\n");
            }
        }

        _server = await PyWharfProcess.StartAsync(Root, config.ToString());
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _server?.Dispose();
        _root.Dispose();
    }

    internal HttpClient Writer(string repository) => Server.Client(repository, ServerFixture.WriteSecret);

    internal HttpClient Reader(string repository) => Server.Client(repository, ServerFixture.ReadSecret);

    /// <summary>Where a repository's files lie.</summary>
    internal string Storage(string repository) => Path.Combine(Root, "cache", repository, "storage");

    private static string Table(string name) =>
        $"[{name}]\ntype = \"file_system\"\nread_secret = \"{ServerFixture.ReadSecret}\"\nwrite_secret = \"{ServerFixture.WriteSecret}\"\n";
}
