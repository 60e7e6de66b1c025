using PyWharf.Application.Access;
using PyWharf.Domain;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.PyPi;

namespace PyWharf.Integration.Upstream;

/// <summary>A server with repositories that have rules for what comes from a fake PyPI: <c>[Collection(RuledServer.Name)]</c>. Tests change neither.</summary>
[CollectionDefinition(Name)]
public sealed class RuledServer : IAsyncLifetime, IDisposable, ICollectionFixture<RuledServer>
{
    /// <summary>The collection of the tests that share it.</summary>
    public const string Name = "A server with rules for upstream";

    internal const string ReadSecret = "r3ad";
    internal const string WriteSecret = "wr1te";

    private readonly TempFolder _root = new();
    private readonly Secret _limited = TokenText.New();
    private PyWharfProcess? _server;
    private FakePyPi? _upstream;

    /// <summary>A token that reads the projects foo and left-pad of team only.</summary>
    internal string LimitedToken => _limited.Reveal();

    internal string Root => _root.Path;

    internal PyWharfProcess Server => _server ?? throw new InvalidOperationException("It has not started yet.");

    internal FakePyPi Upstream => _upstream ?? throw new InvalidOperationException("It has not started yet.");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _upstream = await FakePyPi.StartAsync();
        foreach (var name in (string[])["foo", "left-pad", "acme-billing", "evil-one", "exempt-one", "here"])
        {
            _upstream.Put(new FakeProject(
                name,
                FakeFile.Wheel(name, "1.0"),
                FakeFile.Wheel(name, "2.0") with { Yanked = "breaks <b>Mondays</b>" },
                FakeFile.Wheel(name, "9.0") with { UploadTime = "2999-01-01T00:00:00.000000Z" }));
        }

        _upstream.Put(new FakeProject("young", FakeFile.Wheel("young", "1.0") with { UploadTime = "2999-01-01T00:00:00.250000Z" }));
        _upstream.Put(new FakeProject("quarantined", FakeFile.Wheel("quarantined", "1.0")) { Status = "quarantined", StatusReason = "malware" });
        _upstream.FailAlways("/simple/broken/", FakeFaults.Status(500));

        _server = await PyWharfProcess.StartAsync(_root.Path, $"""
            {Table("team")}
            reserve = ["acme", "Acme_*"]

            [team.tokens.limited]
            sha256 = "{TokenText.DigestOf(_limited)}"
            projects = ["foo", "left-pad"]

            [team.upstream]
            url = "{_upstream.Index}"
            deny = ["Left.Pad", "evil_*"]
            min_age = "3d"
            min_age_exempt = ["Exempt_*"]

            {Table("strict")}

            [strict.upstream]
            url = "{_upstream.Index}"
            allow = ["FOO", "left-pad"]
            deny = ["left-pad"]
            min_age = "0"

            {Table("nothing")}

            [nothing.upstream]
            url = "{_upstream.Index}"
            allow = []

            {Table("off")}

            [off.upstream]
            url = "{_upstream.Index}"
            mode = "off"

            """, $"--extra_index_url={_upstream.Index}");
        using var writer = Writer("team");
        await writer.PublishAsync(Wheels.Build("here", "0.1"), Wheels.Build("here", "0.2"), Wheels.Build("here", "0.3"), Wheels.Build("gone", "0.1"), Wheels.Build("locked", "0.1"));
        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Put, "here/versions/0.2/yank", """{"reason": "breaks"}"""),
            (HttpMethod.Delete, "here/versions/0.3", ""),
            (HttpMethod.Delete, "gone/files/gone-0.1-py3-none-any.whl", ""),
            (HttpMethod.Put, "locked/status", """{"status": "quarantined", "reason": "stolen"}"""),
        })
        {
            using var request = new HttpRequestMessage(method, $"/api/projects/{path}") { Content = new StringContent(body) };
            (await Answer.ReadAsync(await writer.SendAsync(request))).With(200);
        }
    }

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Upstream.DisposeAsync();

    /// <inheritdoc/>
    public void Dispose()
    {
        _server?.Dispose();
        _root.Dispose();
    }

    internal HttpClient Reader(string repository) => Server.Client(repository, ReadSecret);

    internal HttpClient Writer(string repository) => Server.Client(repository, WriteSecret);

    private static string Table(string repository) => $"""
        [{repository}]
        type = "file_system"
        read_secret = "{ReadSecret}"
        write_secret = "{WriteSecret}"
        """;
}
