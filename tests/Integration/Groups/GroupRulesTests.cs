using PyWharf.Integration.Support;
using PyWharf.Integration.Support.PyPi;

namespace PyWharf.Integration.Groups;

/// <summary>Rules of a group's members for their upstream indexes.</summary>
public sealed class GroupRulesTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _root = new();
    private FakePyPi _upstream = null!; // by InitializeAsync

    public async Task InitializeAsync() => _upstream = await FakePyPi.StartAsync();

    public async Task DisposeAsync() => await _upstream.DisposeAsync();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task What_one_member_denies_comes_from_no_member()
    {
        _upstream.Put(new FakeProject("left-pad", FakeFile.Wheel("left-pad", "1.0")));
        _upstream.Put(new FakeProject("other", FakeFile.Wheel("other", "1.0")));
        using var server = await PyWharfProcess.StartAsync(
            _root.Path,
            $"""
            [open]
            type = "file_system"
            read_secret = "open-read"

            [open.upstream]
            url = "{_upstream.Index}"

            [strict]
            type = "file_system"
            read_secret = "strict-read"

            [strict.upstream]
            url = "{_upstream.Index}"
            allow = ["none-*"]
            deny = ["left-pad"]

            [all]
            type = "group"
            members = ["open", "strict"]
            read_secret = "{ServerFixture.ReadSecret}"
            """);
        using var reader = server.Client("all", ServerFixture.ReadSecret);

        Assert.Contains("deny", (await reader.AskAsync("/all/simple/left-pad/")).With(404).Text, StringComparison.Ordinal);
        Assert.Contains("deny", (await reader.AskAsync("/all/simple/left-pad/left_pad-1.0-py3-none-any.whl")).With(403).Text, StringComparison.Ordinal);
        Assert.Contains("\"deny\"", (await reader.AskAsync("/all/api/explain/left-pad")).With(200).Text, StringComparison.Ordinal);
        Assert.Equal(0, _upstream.CountOf("/simple/left-pad/"));

        // What one member does not allow may come from another.
        (await reader.AskAsync("/all/simple/other/")).With(200);
    }
}
