using PyWharf.Integration.Support;
using PyWharf.Integration.Support.PyPi;

namespace PyWharf.Integration.Upstream;

/// <summary>A server whose repository has a fake PyPI in mode <c>cache</c>, for tests with projects of their own.</summary>
public sealed class CacheServer : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _root = new();
    private FakePyPi? _upstream;
    private PyWharfProcess? _server;

    internal FakePyPi Upstream => _upstream ?? throw new InvalidOperationException("It has not started yet.");

    internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

    internal string Root => _root.Path;

    /// <summary>What is kept of the index.</summary>
    internal string Folder => FolderIn(_root);

    public async Task InitializeAsync()
    {
        _upstream = await FakePyPi.StartAsync();
        _server = await PyWharfProcess.StartAsync(_root.Path, Config(_upstream));
    }

    public async Task DisposeAsync() => await Upstream.DisposeAsync();

    public void Dispose()
    {
        _server?.Dispose();
        _root.Dispose();
    }

    internal static string Config(FakePyPi upstream, string more = "") =>
        $"""
        {ServerFixture.Config}
        [{ServerFixture.Repository}.upstream]
        url = "{upstream.Index}"
        mode = "cache"
        {more}
        """;

    internal static string FolderIn(TempFolder root) => Path.Combine(root.Path, "cache", ServerFixture.Repository, "upstream");

    internal HttpClient Reader() => Server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

    /// <summary>Offers a project with one wheel upstream, and gives back the path of the file here and there.</summary>
    internal (FakeFile File, string Here, string There) Offer(string project, int payload = 0, Func<FakeFile, FakeFile>? change = null) => Offer(Upstream, project, payload, change);

    /// <inheritdoc cref="Offer(string, int, Func{FakeFile, FakeFile})"/>
    internal static (FakeFile File, string Here, string There) Offer(FakePyPi upstream, string project, int payload = 0, Func<FakeFile, FakeFile>? change = null)
    {
        var file = FakeFile.Wheel(project, "1.0", payload: payload);
        file = change?.Invoke(file) ?? file;
        upstream.Put(new FakeProject(project, file));

        return (file, $"/simple/{project}/{file.Filename}", $"/files/{file.Filename}");
    }

    internal bool Keeps(FakeFile file) => File.Exists(Path.Combine(Folder, "files", Digest(file.Content)));

    internal static string Digest(byte[] bytes) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
}
