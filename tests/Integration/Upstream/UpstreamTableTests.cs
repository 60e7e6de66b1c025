using PyWharf.Integration.Support;
using PyWharf.Integration.Support.PyPi;

namespace PyWharf.Integration.Upstream;

/// <summary><c>[NAME.upstream]</c> in mode redirect.</summary>
public sealed class UpstreamTableTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _root = new();
    private FakePyPi _upstream = null!; // by InitializeAsync

    public async Task InitializeAsync() => _upstream = await FakePyPi.StartAsync();

    public async Task DisposeAsync() => await _upstream.DisposeAsync();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_repository_has_an_index_and_rules_of_its_own()
    {
        _upstream.Put(new FakeProject("foo", FakeFile.Wheel("foo", "1.0"), FakeFile.Wheel("foo", "2.0") with { UploadTime = "2999-01-01T00:00:00Z" }));
        _upstream.Put(new FakeProject("left-pad", FakeFile.Wheel("left-pad", "1.0")));
        using var server = await PyWharfProcess.StartAsync(
            _root.Path,
            $"""
            {ServerFixture.Config}
            [{ServerFixture.Repository}.upstream]
            url = "{_upstream.Index}"
            deny = ["left_pad"]
            min_age = "3d"
            """);
        using var client = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

        var page = await client.ProjectAsync("foo");
        Assert.Equal("foo-1.0-py3-none-any.whl", Assert.Single(page.GetProperty("files").EnumerateArray()).GetProperty("filename").GetString());
        Assert.Equal("1.0", Assert.Single(page.GetProperty("versions").EnumerateArray()).GetString());
        Assert.Equal(
            $"{_upstream.Origin}files/foo-1.0-py3-none-any.whl", (await client.AskAsync("/simple/foo/foo-1.0-py3-none-any.whl")).With(302)["Location"]);
        Assert.Contains("min_age", (await client.AskAsync("/simple/foo/foo-2.0-py3-none-any.whl")).With(403).Text, StringComparison.Ordinal);

        Assert.Contains("deny", (await client.AskAsync("/simple/left-pad/")).With(404).Text, StringComparison.Ordinal);
        Assert.Contains("deny", (await client.AskAsync("/simple/left-pad/left_pad-1.0-py3-none-any.whl")).With(403).Text, StringComparison.Ordinal);
        Assert.Equal(0, _upstream.CountOf("/simple/left-pad/"));
    }
}
