using PyWharf.Integration.Support;

namespace PyWharf.Integration.Clients;

/// <summary>A server with projects that a pip of any age can take, and has to choose from.</summary>
public sealed class PipFixture : IAsyncLifetime, IDisposable
{
    internal const string YankReason = "loses \"<data>\" & more";

    private const string AnyPython = "py2.py3-none-any";

    private readonly TempFolder _root = new();
    private PyWharfProcess? _server;

    internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

    /// <summary>The newest version that is neither for a Python to come nor an sdist.</summary>
    internal Distribution Chosen { get; } = Wheels.Build("Choose.Me", "1.10", requiresPython: ">=2.7", tag: AnyPython);

    internal Distribution Local { get; } = Wheels.Build("localized", "1.0+loc.1", tag: AnyPython, payload: 300_000, random: true);

    /// <summary>The newest version of its project that is not yanked.</summary>
    internal Distribution Kept { get; } = Wheels.Build("withdrawn", "1.4", tag: AnyPython);

    internal Distribution Yanked { get; } = Wheels.Build("withdrawn", "1.5", tag: AnyPython);

    /// <summary>Yanked without a reason.</summary>
    internal Distribution YankedToo { get; } = Wheels.Build("withdrawn", "1.6", tag: AnyPython);

    internal Distribution Sdist { get; } = Sdists.Build("from.sdist", "1.0");

    /// <summary>Versions of a project, newest first: only the last can be had together with <see cref="Library"/>.</summary>
    internal IReadOnlyList<Distribution> Applications { get; } =
        [Requiring("application", "3.0", "library<2"), Requiring("application", "2.0", "library<2"), Requiring("application", "1.0", "library>=2")];

    internal Distribution Library { get; } = Wheels.Build("library", "2.0", tag: AnyPython);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(
            _root.At("cache", ServerFixture.Repository, "storage", "withdrawn", ".project.toml"),
            $"[yanked_versions]\n\"1.5\" = '{YankReason}'\n\"1.6\" = \"\"\n");
        _server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);

        using var writer = Server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        await writer.PublishAsync(
        [
            Wheels.Build("Choose.Me", "1.9", tag: AnyPython),
            Chosen,
            Wheels.Build("Choose.Me", "2.0", requiresPython: ">=4", tag: AnyPython),
            Wheels.Build("Choose.Me", "2.1", tag: "py3-none-win32"),
            Wheels.Build("Choose.Me", "3.0rc1", tag: AnyPython),
            Sdists.Build("Choose.Me", "3.0"),
            Local, Kept, Yanked, YankedToo, Sdist, .. Applications, Library, Wheels.Build("library", "1.0", tag: AnyPython),
        ]);
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _server?.Dispose();
        _root.Dispose();
    }

    private static Distribution Requiring(string name, string version, string requirement) =>
        Wheels.Build(name, version, tag: AnyPython, metadata: SampleMetadata.Requiring(name, version, requirement));
}
