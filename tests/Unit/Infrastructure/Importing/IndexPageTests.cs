using PyWharf.Infrastructure.Importing;
using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Unit.Infrastructure.Importing;

/// <summary>The lists of projects of the servers that people come from, as those write them.</summary>
public sealed class IndexPageTests
{
    private static readonly Uri Address = new("https://pypi.example.com/team/simple/");

    [Theory]
    [InlineData("pypiserver", "<a href=\"demo/\">demo</a><br> <a href=\"my-other/\">my-other</a><br>")]
    [InlineData("devpi", "<a href=\"demo\">demo</a><br/>\n<a href=\"my-other\">my-other</a><br/>")]
    [InlineData("Artifactory", "<a href=\"demo/\" rel=\"internal\">Demo</a><br/><a href=\"my-other/\" rel=\"internal\">My_Other</a>")]
    [InlineData("Nexus", "<a href=\"/team/simple/demo/\" rel=\"internal\">demo</a><a href=\"../simple/my-other/\">my-other</a>")]
    [InlineData("GitLab", "<a href=\"https://pypi.example.com/team/simple/demo\" data-requires-python=\"\">demo</a><br><a href=\"https://pypi.example.com/team/simple/my-other\">my-other</a>")]
    [InlineData("pages elsewhere on the server", "<a href=\"/pages/demo/\">demo</a><a href=\"/pages/my-other/\">My.Other</a>")]
    [InlineData("a base", "<base href=\"https://pypi.example.com/pages/\"><a href=\"demo/\">demo</a><a href=\"my-other/\">my-other</a>")]
    public void Projects_are_found(string server, string html)
    {
        var page = Read(html);

        Assert.Equal(["demo", "my-other"], page.ProjectLinks.Select(link => IndexPage.NameOf(link)?.ToString()));
        Assert.Empty(page.Folders);
        Assert.True(page.PassedOver == 0, server);
    }

    [Theory]
    [InlineData("nginx", "<a href=\"../\">../</a>\n<a href=\"demo/\">demo/</a>   03-Feb-2020 04:05   -\n<a href=\"README.txt\">README.txt</a> 1")]
    [InlineData("Apache", "<a href=\"?C=N;O=D\">Name</a><a href=\"?C=M;O=A\">Last modified</a><a href=\"/team/\">Parent Directory</a><a href=\"demo/\">demo/</a><a href=\"README.txt\">README.txt</a>")]
    [InlineData("python -m http.server", "<li><a href=\"demo/\">demo/</a></li><li><a href=\"README.txt\">README.txt</a></li>")]
    public void Folders_of_a_listing_are_found(string server, string html)
    {
        var page = Read(html);

        Assert.Equal("demo/", Assert.Single(page.Folders).Segment);
        Assert.Empty(page.ProjectLinks);
        Assert.True(page.PassedOver == 1, server);
    }

    [Fact]
    public void Files_beside_distributions_are_no_projects()
    {
        var page = Read("<a href=\"demo-1.0.tar.gz\">demo-1.0.tar.gz</a><a href=\"demo-1.0.tar.gz.asc\">demo-1.0.tar.gz.asc</a><a href=\"notes\">notes</a>");

        Assert.Equal("demo-1.0.tar.gz", Assert.Single(page.Distributions).Filename);
        Assert.Empty(page.ProjectLinks);
        Assert.Equal(2, page.PassedOver);
    }

    [Theory]
    [InlineData("<a href=\"https://elsewhere.example.com/team/simple/demo/\">demo</a>")]
    [InlineData("<a href=\"javascript:alert(1)\">demo</a>")]
    [InlineData("<a href=\"/\">demo</a><a href=\"../\">..</a><a href=\"/about/\">About us</a>")]
    [InlineData("<script>'<a href=\"demo/\">demo</a>'</script><!-- <a href=\"demo/\">demo</a> -->")]
    [InlineData("<a href=\"..%2fdemo/\">demo</a>")]
    public void Other_links_are_not_followed(string html)
    {
        var page = Read(html);

        Assert.Empty(page.ProjectLinks);
        Assert.Empty(page.Folders);
    }

    private static IndexPage Read(string html) => new(Address, UpstreamHtml.Read("", Address, html), [], IndexLinks.Read(Address, html));
}
