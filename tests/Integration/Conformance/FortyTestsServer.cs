using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Conformance;

/// <summary>
/// The server of the forty tests: one repository below a prefix, and a project with everything in it that an index has to say.
/// Nobody adds to that project.
/// </summary>
[CollectionDefinition(Name)]
public sealed class FortyTestsServer : IAsyncLifetime, IDisposable, ICollectionFixture<FortyTestsServer>
{
    /// <summary>The collection of the tests that share it.</summary>
    public const string Name = "The server of the forty tests";

    internal const string Repository = "r";
    internal const string Reads = "read";
    internal const string Writes = "write";
    internal const string Prefix = "/pfx";

    /// <summary>The base URL's path.</summary>
    internal const string Simple = $"{Prefix}/simple/";

    /// <summary>The project's page.</summary>
    internal const string Page = $"{Simple}my-pkg/";

    internal const string Reason = "bad \"<b>\"";

    internal const string Pip = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01";
    internal const string Uv = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01";
    internal const string SimpleHtml = "application/vnd.pypi.simple.v1+html";

    /// <summary>The largest file that the repository takes.</summary>
    internal const int MaxFileBytes = 200_000;

    private readonly TempFolder _root = new();
    private PyWharfProcess? _server;

    internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

    internal string Storage => _root.At("cache", Repository, "storage");

    internal Distribution Wheel { get; } = Wheels.Build("My.Pkg", "1.0", requiresPython: ">=3.8,<4", payload: 5000, random: true);

    internal Distribution Sdist { get; } = Sdists.Build("My.Pkg", "1.0", requiresPython: ">=3.8,<4");

    internal Distribution Local { get; } = Wheels.Build("My.Pkg", "2.0+loc.1");

    internal Distribution YankedWithReason { get; } = Wheels.Build("My.Pkg", "1.5");

    internal Distribution Yanked { get; } = Wheels.Build("My.Pkg", "1.6");

    internal IReadOnlyList<Distribution> Files => [Wheel, Sdist, YankedWithReason, Yanked, Local];

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _server = await StartAsync(_root.Path, $"max_file_bytes = {MaxFileBytes}");
        using var writer = Writer();
        foreach (var file in Files)
        {
            (await writer.UploadAsync(ClientForm.LikeTwine(file), Simple)).With(200);
        }

        await YankAsync(writer, "1.5", $$"""{"reason": "bad \"<b>\""}""");
        await YankAsync(writer, "1.6", "");
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _server?.Dispose();
        _root.Dispose();
    }

    /// <summary>Another server like it, without the project.</summary>
    /// <param name="root">Its folder.</param>
    /// <param name="config">More lines of the repository's configuration.</param>
    /// <param name="flags">More flags.</param>
    internal static Task<PyWharfProcess> StartAsync(string root, string config = "", params string[] flags) => PyWharfProcess.StartAsync(
        root,
        $"[{Repository}]\ntype = \"file_system\"\nread_secret = \"{Reads}\"\nwrite_secret = \"{Writes}\"\n{config}\n",
        [$"--url_prefix={Prefix}", .. flags]);

    internal HttpClient Reader() => Server.Client(Repository, Reads);

    internal HttpClient Writer() => Server.Client(Repository, Writes);

    private static async Task YankAsync(HttpClient writer, string version, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        (await Answer.ReadAsync(await writer.PutAsync(new Uri($"{Prefix}/api/projects/my-pkg/versions/{version}/yank", UriKind.Relative), content))).With(200);
    }
}
