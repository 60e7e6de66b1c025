using System.IO.Compression;
using System.Text;
using PyWharf.Application.Rendering;

namespace PyWharf.Unit.Application.Rendering;

public class RenderedPageTests
{
    [Fact]
    public void Each_representation_and_each_encoding_has_a_validator_of_its_own()
    {
        var page = SimplePage.Render(Pages.MyPkg);
        PageRepresentation[] all = [page.TextHtml, page.Html, page.Json];

        string[] etags = [.. all.Select(one => one.Identity.ETag), .. all.Select(one => one.Gzip.ETag)];

        Assert.Equal(6, etags.Distinct().Count());
        Assert.All(etags, etag => Assert.Matches("^\"[A-Za-z0-9_-]+\"$", etag));
    }

    [Fact]
    public void The_same_content_has_the_same_validators_in_another_process_or_after_a_restart()
    {
        Assert.Equal(SimplePage.Render(Pages.MyPkg).Json.Identity.ETag, SimplePage.Render(Pages.MyPkg with { }).Json.Identity.ETag);
        Assert.Equal(SimplePage.Render(Pages.MyPkg).Html.Gzip.ETag, SimplePage.Render(Pages.MyPkg with { }).Html.Gzip.ETag);
    }

    [Fact]
    public void Another_file_is_another_validator() => Assert.NotEqual(
        SimplePage.Render(Pages.MyPkg).Json.Identity.ETag,
        SimplePage.Render(Pages.MyPkg with { Files = [.. Pages.MyPkg.Files.Skip(1)] }).Json.Identity.ETag);

    [Fact]
    public void Gzip_holds_the_same_bytes()
    {
        var json = SimplePage.Render(Pages.MyPkg).Json;

        using var gzip = new GZipStream(new MemoryStream(json.Gzip.Bytes.ToArray()), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.UTF8);

        Assert.Equal(Pages.Text(json), reader.ReadToEnd());
        Assert.True(json.IsWorthCompressing);
        Assert.True(json.Gzip.Bytes.Length < json.Identity.Bytes.Length);
    }

    [Fact]
    public void A_page_that_fits_into_a_packet_is_not_worth_compressing() =>
        Assert.False(SimplePage.Render(new ProjectPage("small", [])).Json.IsWorthCompressing);

    [Fact]
    public void Nothing_is_made_before_it_is_asked_for_and_nothing_twice()
    {
        var made = 0;
        var page = SimplePage.Render(() =>
        {
            made++;
            return Pages.MyPkg;
        });

        Assert.Equal(0, made);

        _ = page.Json.Gzip;
        _ = page.Json.Identity;
        Assert.Equal(1, made);

        _ = page.Html.Gzip;
        _ = page.TextHtml.Identity;
        Assert.Equal(2, made);
    }

    [Fact]
    public void A_crowd_of_requests_makes_a_page_once()
    {
        var made = 0;
        var page = SimplePage.Render(() =>
        {
            Interlocked.Increment(ref made);
            return Pages.MyPkg;
        });

        Parallel.For(0, 64, _ => Assert.NotEmpty(page.Json.Gzip.ETag));

        Assert.Equal(1, made);
    }

    [Fact]
    public void A_page_that_is_longer_than_was_foreseen_is_whole()
    {
        var reason = string.Concat(Enumerable.Range(0, 100_000).Select(number => $"{number} "));

        var page = SimplePage.Render(new ProjectPage("p", [PageFile.Beside("p-1.zip") with { Yanked = reason }]));
        var list = SimplePage.RenderProjectList(Enumerable.Range(0, 100_000).Where(_ => true).Select(number => $"project-{number}"));

        Assert.All([page.TextHtml, page.Json], one => Assert.Contains(reason, Pages.Text(one), StringComparison.Ordinal));
        Assert.Equal(100_000, Pages.Text(list.TextHtml).Split("<a href=\"project-").Length - 1);
        Assert.Equal(100_000, Pages.Text(list.Json).Split("{\"name\":\"project-").Length - 1);
    }

    [Fact]
    public void A_page_of_ten_thousand_files_is_whole()
    {
        var files = Enumerable.Range(0, 10_000).Select(number => PageFile.Beside($"big-{number}.tar.gz")).ToArray();

        var page = SimplePage.Render(new ProjectPage("big", files));

        Assert.EndsWith(">big-9999.tar.gz</a><br>\n</body>\n</html>\n", Pages.Text(page.TextHtml), StringComparison.Ordinal);
        Assert.EndsWith("\"url\":\"big-9999.tar.gz\",\"hashes\":{}}]}", Pages.Text(page.Json), StringComparison.Ordinal);
    }
}
