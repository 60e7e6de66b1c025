using PyWharf.Integration.Support;

namespace PyWharf.Integration.Simple;

/// <summary>A project on the shared server, published once for all tests of pages and files; nobody adds to it.</summary>
public sealed class SampleProject(ServerFixture server) : IAsyncLifetime
{
    /// <summary>As its author writes it.</summary>
    internal const string Name = "My.Pkg";

    /// <summary>Where its page is.</summary>
    internal const string Page = "/simple/my-pkg/";

    internal Distribution Wheel { get; } = Wheels.Build(Name, "1.0", requiresPython: ">=3.8,<4", payload: 5000, random: true);

    internal Distribution Sdist { get; } = Sdists.Build(Name, "1.0", requiresPython: ">=3.8,<4");

    /// <summary>Of a local version: its name has a plus sign.</summary>
    internal Distribution Local { get; } = Wheels.Build(Name, "2.0+loc.1");

    internal IReadOnlyList<Distribution> Files => [Wheel, Sdist, Local];

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        using var writer = server.Writer();
        foreach (var file in Files)
        {
            (await writer.UploadAsync(file)).With(200);
        }
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;
}
