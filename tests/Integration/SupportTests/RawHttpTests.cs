using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.SupportTests;

public class RawHttpTests
{
    [Fact]
    public async Task A_request_by_hand_is_answered()
    {
        await using var server = await RecordingServer.StartAsync();
        var form = ClientForm.Least(Wheels.Build("foo", "1.0"));

        var post = await RawHttp.SendAsync(
            server.BaseAddress, RawHttp.Request("POST", "/simple/", [$"Content-Type: {ClientForm.ContentType()}"], form.ToBytes()));
        var get = await RawHttp.SendAsync(server.BaseAddress, RawHttp.Request("GET", "/a/../%2e%2e/b", []));

        Assert.Equal((200, ""), (post.Status, post.Body));
        Assert.Equal(form.Parts.Count, Assert.Single(server.Forms).Count);
        Assert.Equal(404, get.Status);
    }

    [Fact]
    public async Task A_request_cut_in_the_middle_ends_without_hanging()
    {
        await using var server = await RecordingServer.StartAsync();

        var nothing = await RawHttp.SendAsync(server.BaseAddress, Encoding.ASCII.GetBytes("POST / HTTP/1.1\r\nHost: "), halfClose: true);
        var nonsense = await RawHttp.SendAsync(server.BaseAddress, "\0\0\0\r\n\r\n"u8.ToArray());

        Assert.NotEqual(200, nothing.Status);
        Assert.Equal(400, nonsense.Status);
    }

    [Fact]
    public void An_empty_answer_has_status_0() => Assert.Equal((0, "", ""), (new RawAnswer([]).Status, new RawAnswer([]).Head, new RawAnswer([]).Body));
}
