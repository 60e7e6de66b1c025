using PyWharf.Integration.Support;

namespace PyWharf.Integration.Simple;

/// <summary>hatch asks its upload URL + «+simple/name/» for what is there already.</summary>
[Collection(ServerFixture.Name)]
public sealed class HatchAliasTests(ServerFixture server, SampleProject sample) : IClassFixture<SampleProject>, IDisposable
{
    private readonly HttpClient _reader = server.Reader();

    public static TheoryData<string> Aliases { get; } = new(["/simple/+simple/", "/legacy/+simple/", "/local/simple/+simple/", "/local/legacy/+simple/"]);

    public void Dispose() => _reader.Dispose();

    [Theory]
    [MemberData(nameof(Aliases))]
    public async Task Its_page_is_the_projects_and_its_links_lead_to_the_files(string alias)
    {
        var page = (await _reader.AskAsync($"{alias}my-pkg/", ("Accept", "*/*"))).With(200);
        var anchors = IndexAnchor.AllOf(page.Text);

        Assert.Equal((await _reader.AskAsync(SampleProject.Page)).Text, page.Text);
        Assert.Equal(sample.Files.Count, anchors.Count);
        foreach (var anchor in anchors)
        {
            var url = new Uri(new Uri(server.Server.BaseAddress, $"{alias}my-pkg/"), anchor.Path);
            Assert.StartsWith($"{alias}my-pkg/", url.AbsolutePath, StringComparison.Ordinal);
            Assert.Equal(sample.Files.Single(file => file.Filename == anchor.Text).Content, (await _reader.AskAsync(url.AbsoluteUri)).With(200).Bytes);
        }
    }

    [Theory]
    [MemberData(nameof(Aliases))]
    public async Task A_redirect_stays_below_it(string alias)
    {
        foreach (var path in (string[])["my-pkg", "My_.Pkg/", "MY-PKG"])
        {
            Assert.Equal($"{alias}my-pkg/?a=b", (await _reader.AskAsync($"{alias}{path}?a=b")).With(301)["Location"]);
        }
    }

    [Theory]
    [MemberData(nameof(Aliases))]
    public async Task It_has_projects_and_nothing_else(string alias)
    {
        (await _reader.AskAsync(alias)).With(404);
        (await _reader.AskAsync($"{alias}nobody-has-this/")).With(404);
        (await _reader.AskAsync($"{alias}my-pkg/nothing.whl")).With(404);

        using var nobody = server.Server.Client();
        (await nobody.AskAsync($"{alias}my-pkg/")).With(401);
    }
}
