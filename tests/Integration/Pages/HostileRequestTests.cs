using PyWharf.Integration.Auth;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

/// <summary>Addresses that nobody types by mistake.</summary>
[Collection(TokenServer.Name)]
public sealed class HostileRequestTests(TokenServer server) : IAsyncLifetime, IDisposable
{
    private const string Markup = "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E";

    private readonly Browser _browser = new(server.Server);

    public async Task InitializeAsync()
    {
        using var writer = server.Server.Client("team", TokenServer.WriteSecret);
        (await writer.UploadAsync(Wheels.Build("paged", "1.0"))).With(200);
        (await _browser.LogInAsync("team", TokenServer.ReadSecret)).With(303);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _browser.Dispose();

    [Theory]
    [InlineData("/team/?q=" + Markup)]
    [InlineData("/team/?q=x&page=" + Markup)]
    [InlineData("/login/?next=" + Markup)]
    [InlineData("/login/?next=/" + Markup + "/")]
    [InlineData("/" + Markup + "/")]
    [InlineData("/team/project/" + Markup + "/")]
    [InlineData("/team/project/paged/" + Markup + "/")]
    [InlineData("/static/" + Markup)]
    public async Task What_was_sent_is_text_on_the_page(string path)
    {
        var page = (await _browser.VisitAsync(path)).Page();

        Assert.All(page.QuerySelectorAll("script"), script => Assert.NotNull(script.GetAttribute("src")));
        Assert.Empty(page.QuerySelectorAll("img, [onerror]"));
    }

    [Theory]
    [InlineData("page=-1", 200)]
    [InlineData("page=0", 200)]
    [InlineData("page=2147483647", 200)]
    [InlineData("page=99999999999", 200)]
    [InlineData("page=1&page=2", 200)]
    [InlineData("page=%00", 200)]
    [InlineData("q=a&q=b", 200)]
    [InlineData("q=%00", 200)]
    [InlineData("q=%ff%fe", 200)]
    [InlineData("q=%0d%0aX-Evil:%20yes", 200)]
    public async Task Odd_values_are_a_page_like_any_other(string query, int status)
    {
        foreach (var path in (string[])["/team/", "/team/project/paged/", "/"])
        {
            var answer = (await _browser.VisitAsync($"{path}?{query}")).With(status);

            answer.Page();
            Assert.Null(answer["X-Evil"]);
        }
    }

    [Fact]
    public async Task A_search_has_an_end()
    {
        (await _browser.VisitAsync($"/team/?q={new string('x', 200)}")).With(200);
        var refused = (await _browser.VisitAsync($"/team/?q={new string('x', 201)}")).With(400);

        Assert.Contains("200 characters", refused.Page().Body?.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/team%0d%0aX-Evil:%20yes")]
    [InlineData("/team/project/paged/1.0%0d%0aX-Evil:%20yes")]
    [InlineData("/team/project/paged/1.0%0d%0a")]
    [InlineData("/team/project/paged?x=%0d%0aX-Evil:%20yes")]
    [InlineData("/login/?next=/%0d%0aX-Evil:%20yes")]
    public async Task Nothing_of_an_address_becomes_a_header(string path)
    {
        var answer = await _browser.VisitAsync(path);

        Assert.InRange(answer.Status, 200, 404);
        Assert.Null(answer["X-Evil"]);
        Assert.DoesNotContain('\n', answer["Location"] ?? "");
        Assert.DoesNotContain('\r', answer["Location"] ?? "");
    }

    [Fact]
    public async Task A_redirect_stays_on_this_server_however_the_path_begins()
    {
        foreach (var path in (string[])["//evil.example/project/x", "/%2fevil.example/project/x", "/%5cevil.example", "//evil.example//"])
        {
            var location = (await _browser.VisitAsync(server.Server.BaseAddress.AbsoluteUri.TrimEnd('/') + path))["Location"];

            Assert.True(location is null || new Uri(server.Server.BaseAddress, location).Authority == server.Server.BaseAddress.Authority, location);
        }
    }
}
