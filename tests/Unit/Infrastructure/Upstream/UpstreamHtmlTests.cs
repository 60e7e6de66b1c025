using FsCheck;
using FsCheck.Fluent;
using PyWharf.Application.Rendering;
using PyWharf.Infrastructure.Upstream;
using PyWharf.Unit.Application.Rendering;

namespace PyWharf.Unit.Infrastructure.Upstream;

public class UpstreamHtmlTests
{
    private static readonly Uri Address = new("https://up.example/simple/foo/");

    [Fact]
    public void All_that_a_page_says_is_kept()
    {
        var hex = Pages.Hex('a');
        var file = One(
            $"""
            <a href="https://files.example/a%20b/foo-1.0%2Bx.zip?k=v&amp;w#sha256={hex}" data-requires-python="&gt;=3.8,&lt;4"
               data-dist-info-metadata="sha256={hex}" data-yanked="it is &quot;bad&quot;" data-gpg-sig="true"
               data-provenance="https://up.example/integrity/x">anything</a>
            """);

        Assert.Equal("foo-1.0+x.zip", file.Filename);
        Assert.Equal("https://files.example/a%20b/foo-1.0%2Bx.zip?k=v&w", file.Href);
        Assert.Equal([FileHash.Sha256(hex)], file.Hashes);
        Assert.Equal(">=3.8,<4", file.RequiresPython);
        Assert.Equal([FileHash.Sha256(hex)], file.CoreMetadata?.Hashes);
        Assert.Equal("it is \"bad\"", file.Yanked);
        Assert.True(file.GpgSig);
        Assert.Equal("https://up.example/integrity/x", file.Provenance);
        Assert.Null(file.Size);
    }

    [Fact]
    public void A_page_of_ours_is_read_back_as_it_was()
    {
        var read = Read(Pages.Html(Pages.Foreign));

        // A fragment has room for one hash, and HTML has none for sizes.
        var expected = Pages.Foreign with
        {
            Files = [.. Pages.Foreign.Files.Select(file => file with { Hashes = [.. file.Hashes.Where(hash => hash.Algorithm == "sha512")], Size = null })],
        };
        Assert.Equal(Pages.Json(expected).Replace("\"foreign\"", "\"foo\"", StringComparison.Ordinal), Pages.Json(read));
    }

    [Fact]
    public void Any_text_of_an_uploader_goes_through_both_ways() => Prop.ForAll<string>(text =>
    {
        var reason = new string([.. (text ?? "").Where(c => !char.IsControl(c) && !char.IsSurrogate(c))]).Trim();
        var file = new PageFile("foo-1.0.zip", "https://files.example/foo-1.0.zip") { Yanked = reason };

        Assert.Equal(reason, Assert.Single(Read(Pages.Html(new ProjectPage("foo", [file]))).Files).Yanked);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Theory]
    [InlineData("foo.zip", "https://up.example/simple/foo/foo.zip")]
    [InlineData("../../f/foo.zip", "https://up.example/f/foo.zip")]
    [InlineData("//files.example/foo.zip", "https://files.example/foo.zip")]
    [InlineData("  foo.zip\n", "https://up.example/simple/foo/foo.zip")]
    public void Links_count_from_the_page(string href, string expected) => Assert.Equal(expected, One($"<a href='{href}'>").Href);

    [Fact]
    public void Links_count_from_the_first_base_if_there_is_one()
    {
        var page = Read("<base target=_blank><base href=/f/><base href=/g/><a href=foo.zip>foo.zip</a>");

        Assert.Equal("https://up.example/f/foo.zip", Assert.Single(page.Files).Href);
    }

    [Theory]
    [InlineData("<a>foo.zip</a>")]
    [InlineData("<a href=''>foo.zip</a>")]
    [InlineData("<a href='../'>up</a>")]
    [InlineData("<a href='javascript:alert(1)//foo.zip'>foo.zip</a>")]
    [InlineData("<a href='data:text/html,foo.zip'>foo.zip</a>")]
    [InlineData("<a href='ftp://files.example/foo.zip'>foo.zip</a>")]
    [InlineData("<a href='file:///foo.zip'>foo.zip</a>")]
    [InlineData("<a href='https://[foo.zip'>foo.zip</a>")]
    [InlineData("<a href='x%2Ffoo.zip'>foo.zip</a>")]
    [InlineData("<a href='x%5cfoo.zip'>foo.zip</a>")]
    [InlineData("<a href='%2e%2e'>foo.zip</a>")]
    [InlineData("<a href='foo%00.zip'>foo.zip</a>")]
    [InlineData("<a href='foo%0d%0a.zip'>foo.zip</a>")]
    [InlineData("<a href='foo%C2%85.zip'>foo.zip</a>")]
    [InlineData("<!-- <a href='foo.zip'>foo.zip</a> -->")]
    [InlineData("<script><a href='foo.zip'>foo.zip</a></script>")]
    [InlineData("<style><a href='foo.zip'></style>")]
    [InlineData("<title><a href='foo.zip'></title>")]
    [InlineData("<p title=\"<a href='foo.zip'>\">")]
    [InlineData("&lt;a href='foo.zip'>")]
    [InlineData("<a href='foo.zip'")]
    [InlineData("")]
    public void What_is_no_link_to_a_file_is_dropped(string html) => Assert.Empty(Read(html).Files);

    [Fact]
    public void After_text_that_looks_like_tags_the_page_goes_on() =>
        Assert.Equal("b.zip", One("<title><a href=a.zip></title><script>'</scrip'</script><textarea></textarea><A HREF=b.zip>b</A>").Filename);

    [Theory]
    [InlineData("#md5=0123456789abcdef0123456789ABCDEF", "md5=0123456789abcdef0123456789abcdef")]
    [InlineData("#egg=foo&md5=0123456789abcdef0123456789abcdef", "md5=0123456789abcdef0123456789abcdef")]
    [InlineData("#blake2_256=0123456789abcdef0123456789abcdef", null)]
    [InlineData("#sha256", null)]
    [InlineData("#", null)]
    [InlineData("", null)]
    public void A_hash_is_taken_from_the_fragment_if_clients_know_it(string fragment, string? expected) =>
        Assert.Equal(expected, One($"<a href='foo.zip{fragment}'>").Hashes.SingleOrDefault()?.ToString());

    [Theory]
    [InlineData("data-core-metadata=true", true)]
    [InlineData("data-core-metadata", true)]
    [InlineData("data-core-metadata='sha999=00'", true)]
    [InlineData("data-core-metadata=false data-dist-info-metadata=true", false)]
    [InlineData("data-dist-info-metadata=true", true)]
    [InlineData("", false)]
    public void Metadata_is_there_when_the_page_says_so(string attributes, bool expected) =>
        Assert.Equal(expected, One($"<a href='foo.zip' {attributes}>").CoreMetadata is not null);

    [Theory]
    [InlineData("data-requires-python='>=3.8&#10;,<4'", ">=3.8 ,<4")]
    [InlineData("data-requires-python='>=3&#27;[2J'", null)]
    [InlineData("data-requires-python='  '", null)]
    public void What_a_terminal_would_obey_costs_its_value(string attributes, string? expected) =>
        Assert.Equal(expected, One($"<a href='foo.zip' {attributes}>").RequiresPython);

    [Fact]
    public void What_is_too_long_costs_its_value_and_nothing_else()
    {
        var file = One($"<a href=foo.zip data-requires-python='{new string('>', 1001)}' data-yanked='{new string('x', 1001)}' data-provenance='https://h/{new string('x', 5000)}'>");

        Assert.Equal((null, "", null), (file.RequiresPython, file.Yanked, file.Provenance));
        Assert.Equal(["b.zip"], Read($"<a href={new string('a', 300)}.zip><a href=/{new string('a', 5000)}/c.zip><a href=b.zip>").Files.Select(other => other.Filename));
    }

    [Fact]
    public void An_attribute_without_a_value_yanks_without_a_reason() => Assert.Equal("", One("<a href='foo.zip' data-yanked>").Yanked);

    [Theory]
    [InlineData("archived", "old", 1)]
    [InlineData("quarantined", "evil", 0)]
    public void The_status_is_kept_and_nothing_of_a_quarantined_project_is_offered(string marker, string reason, int files)
    {
        var page = Read(
            $"""
            <meta name="pypi:repository-version" content="1.4"><meta name="pypi:project-status" content="{marker}">
            <meta name="pypi:project-status-reason" content="{reason}"><a href="foo.zip">foo.zip</a>
            """);

        Assert.Equal(new ProjectStatus(marker, reason), page.Status);
        Assert.Equal(files, page.Files.Count);
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1.99")]
    [InlineData("1")]
    public void A_page_of_a_minor_version_to_come_is_understood(string version) =>
        Assert.Empty(Read($"<meta name='pypi:repository-version' content='{version}'>").Files);

    [Theory]
    [InlineData("2.0")]
    [InlineData("0.9")]
    [InlineData("")]
    [InlineData("99999999999.0")]
    [InlineData("one")]
    public void A_page_of_another_major_version_is_not(string version) =>
        Assert.Throws<UpstreamException>(() => Read($"<meta name='pypi:repository-version' content='{version}'>"));

    [Fact]
    public void Deep_nesting_is_no_trouble() =>
        Assert.Single(Read(string.Concat(Enumerable.Repeat("<div><b><table>", 200_000)) + "<a href=foo.zip>").Files);

    [Fact]
    public void No_text_makes_it_throw() => Prop.ForAll<string, string>((one, other) =>
        Read($"{one}<a {other} href='{one}' {one}='{other}'>{other}<a href={other} data-core-metadata={one}><base href='{one}'>"))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Theory]
    [InlineData("<a href='foo-1.0.tar.gz'>foo-1.0.tar.gz</a>", true)]
    [InlineData("<a href='/api/v4/projects/1/packages/pypi/files/00/foo-1.0-py3-none-any.whl#sha256=00'>foo</a>", true)]
    [InlineData("<meta name='pypi:repository-version' content='1.0'>", true)]
    [InlineData("<title>Links for foo</title><h1>Links for foo</h1>", true)]
    [InlineData("<title>root/pypi: links for foo</title>", true)]
    [InlineData("<title>Sign in</title><a href='/forgot'>Forgot your password?</a><a href='/'>Home</a>", false)]
    [InlineData("<!doctype html><div id=app></div><script src='/app.js'></script>", false)]
    [InlineData("", false)]
    public void A_page_of_a_login_is_no_index_page(string html, bool isIndexPage) => Assert.Equal(isIndexPage, UpstreamHtml.IsIndexPage(html, Read(html)));

    private static ProjectPage Read(string html) => UpstreamHtml.Read("foo", Address, html);

    private static PageFile One(string html) => Assert.Single(Read(html).Files);
}
