using System.Text.Json;
using PyWharf.Application.Rendering;
using PyWharf.Support;

namespace PyWharf.Unit.Application.Rendering;

public class JsonPageTests
{
    [Fact]
    public void A_project_page_is_these_bytes() => Snapshot.Match(Pages.Json(Pages.MyPkg), "my-pkg.json");

    [Fact]
    public void A_foreign_project_page_keeps_what_upstream_said() => Snapshot.Match(Pages.Json(Pages.Foreign), "foreign.json");

    [Fact]
    public void A_project_list_is_these_bytes() =>
        Snapshot.Match(Pages.Text(SimplePage.RenderProjectList(["a", "my-pkg", "z9"]).Json), "list.json");

    [Fact]
    public void Metadata_is_never_offered_under_the_name_that_breaks_pip() =>
        Assert.DoesNotContain("dist-info-metadata", Pages.Json(Pages.MyPkg) + Pages.Json(Pages.Foreign), StringComparison.Ordinal);

    [Fact]
    public void One_unknown_size_makes_the_page_one_of_version_1_0_without_sizes()
    {
        var page = Pages.MyPkg with { Files = [.. Pages.MyPkg.Files, PageFile.Beside("my_pkg-3.0.tar.gz")] };

        var root = JsonDocument.Parse(Pages.Json(page)).RootElement;

        Assert.Equal("1.0", root.GetProperty("meta").GetProperty("api-version").GetString());
        Assert.DoesNotContain(root.GetProperty("files").EnumerateArray(), file => file.TryGetProperty("size", out _));
        Assert.Equal(4, root.GetProperty("versions").GetArrayLength());
    }

    [Fact]
    public void Unknown_versions_are_left_out_and_make_the_page_one_of_version_1_0()
    {
        var root = JsonDocument.Parse(Pages.Json(Pages.MyPkg with { Versions = null })).RootElement;

        Assert.Equal("1.0", root.GetProperty("meta").GetProperty("api-version").GetString());
        Assert.False(root.TryGetProperty("versions", out _));
    }

    [Fact]
    public void An_empty_project_is_a_page_of_the_full_version()
    {
        var root = JsonDocument.Parse(Pages.Json(new ProjectPage("nothing", []) { Versions = [] })).RootElement;

        Assert.Equal("1.4", root.GetProperty("meta").GetProperty("api-version").GetString());
        Assert.Equal(0, root.GetProperty("files").GetArrayLength());
    }

    [Theory]
    [InlineData("\"},\\ \0\r\n\u001f</script>")]
    [InlineData("\u00e9\u4e2d\ud83d\ude00\u2028")]
    public void Hostile_text_stays_text(string reason)
    {
        var root = JsonDocument.Parse(Pages.Json(new ProjectPage("p", [PageFile.Beside("f") with { Yanked = reason }]))).RootElement;

        Assert.Equal(reason, root.GetProperty("files")[0].GetProperty("yanked").GetString());
    }
}
