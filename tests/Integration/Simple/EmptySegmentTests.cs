using PyWharf.Integration.Support;

namespace PyWharf.Integration.Simple;

/// <summary>Empty segments in paths, as pipenv and others send them that join an address with a slash and a path.</summary>
[Collection(ServerFixture.Name)]
public sealed class EmptySegmentTests(ServerFixture server) : IClassFixture<SampleProject>
{
    private static readonly string Reader = $"Authorization: {PyWharfProcess.Basic(ServerFixture.Repository, ServerFixture.ReadSecret)}";
    private static readonly string Writer = $"Authorization: {PyWharfProcess.Basic(ServerFixture.Repository, ServerFixture.WriteSecret)}";

    [Theory]
    [InlineData("/simple//my-pkg/", "/simple/my-pkg/")]
    [InlineData("//simple//my-pkg//", "/simple/my-pkg/")]
    [InlineData("///simple/", "/simple/")]
    [InlineData("/simple/my-pkg//my_pkg-1.0.tar.gz", "/simple/my-pkg/my_pkg-1.0.tar.gz")]
    [InlineData("/local//simple/my-pkg/", "/local/simple/my-pkg/")]
    [InlineData("//pypi/my-pkg//json?a=//b", "/pypi/my-pkg/json?a=//b")]
    [InlineData("//search?q=a", "/search?q=a")]
    [InlineData("//", "/")]
    public async Task A_client_is_led_to_the_path_without_them(string target, string path)
    {
        foreach (var method in new[] { "GET", "HEAD" })
        {
            var answer = await AskAsync(method, target, Reader);

            Assert.Equal(301, answer.Status);
            Assert.Contains($"\r\nLocation: {path}\r\n", answer.Head, StringComparison.Ordinal);
        }

        Assert.InRange((await AskAsync("GET", path, Reader)).Status, 200, 303);
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("///evil.example//simple/")]
    [InlineData("//evil.example\\@x/")]
    [InlineData("//%2Fevil.example/")]
    [InlineData("http://localhost//evil.example/")]
    public async Task Nobody_is_led_to_another_host(string target)
    {
        var answer = await AskAsync("GET", target, Reader);

        Assert.True(answer.Status is 301 or 400, answer.Head);
        Assert.DoesNotContain("Location: //", answer.Head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//simple/")]
    [InlineData("//legacy//")]
    [InlineData("/local//legacy/")]
    public async Task An_upload_is_taken_at_once_as_no_client_follows_with_it(string target)
    {
        var wheel = Wheels.Build("empty-segments", "1.0");
        var answer = await RawHttp.SendAsync(server.Server.BaseAddress, RawHttp.Request(
            "POST", target, [Writer, $"Content-Type: {ClientForm.ContentType()}"], ClientForm.LikeTwine(wheel).ToBytes()));

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task Who_may_not_read_is_told_so_at_the_end_of_the_way()
    {
        Assert.Equal(401, (await AskAsync("GET", "/local/simple/", "Accept: */*")).Status);
        Assert.Equal(401, (await AskAsync("PUT", "//local//api/projects/my-pkg/status", "Accept: */*")).Status);
    }

    private Task<RawAnswer> AskAsync(string method, string target, string header) =>
        RawHttp.SendAsync(server.Server.BaseAddress, RawHttp.Request(method, target, [header]));
}
