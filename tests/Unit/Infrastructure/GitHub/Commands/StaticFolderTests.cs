using PyWharf.Application.Rendering;
using PyWharf.Infrastructure.Backends.GitHub.Commands;

namespace PyWharf.Unit.Infrastructure.GitHub.Commands;

public sealed class StaticFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pywharf-test-").FullName;

    [Fact]
    public void Nothing_changes_before_it_is_published()
    {
        Write("demo");
        var before = Contents();

        using (var next = new StaticFolder(_folder))
        {
            next.AddPage("other", Page("other"));
            next.AddProjectList(["other"]);

            Assert.Equal(before, Contents().Where(file => !file.Path.StartsWith(".pywharf-", StringComparison.Ordinal)));
        }

        Assert.Equal(before, Contents());
    }

    [Fact]
    public void A_project_has_a_page_in_html_and_one_in_json()
    {
        Write("demo");

        Assert.Equal([".nojekyll", "demo/index.html", "demo/index.json", "index.html", "index.json"], Contents().Select(file => file.Path));
        Assert.Contains("\"name\":\"demo\"", File.ReadAllText(Path.Combine(_folder, "demo", "index.json")), StringComparison.Ordinal);
        Assert.Contains("<h1>demo</h1>", File.ReadAllText(Path.Combine(_folder, "demo", "index.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_of_projects_that_are_gone_go_and_other_files_stay()
    {
        Write("demo", "mixed", "stays");
        File.WriteAllText(Path.Combine(_folder, "mixed", "notes.txt"), "mine");
        File.WriteAllText(Path.Combine(_folder, "CNAME"), "pypi.example.com");

        Write("stays");

        Assert.Equal(
            [".nojekyll", "CNAME", "index.html", "index.json", "mixed/notes.txt", "stays/index.html", "stays/index.json"],
            Contents().Select(file => file.Path));
        Assert.False(Directory.Exists(Path.Combine(_folder, "demo")));
    }

    [Fact]
    public void A_project_that_is_not_listed_any_more_may_keep_its_page()
    {
        Write("demo");

        using (var next = new StaticFolder(_folder))
        {
            next.AddPage("demo", Page("demo"));
            next.AddProjectList([]);
            next.Publish();
        }

        Assert.True(File.Exists(Path.Combine(_folder, "demo", "index.html")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"projects\":1}")]
    [InlineData("{\"projects\":[{\"name\":1}]}")]
    [InlineData("{\"projects\":[{\"name\":\"../outside\"}]}")]
    [InlineData("{\"projects\":[{\"name\":\"outside/..\"}]}")]
    [InlineData("{\"projects\":[{\"name\":null},{\"name\":\"\"},{}]}")]
    public void A_list_that_somebody_else_wrote_takes_nothing_away(string list)
    {
        var outside = Path.Combine(_folder, "outside");
        var inside = Path.Combine(_folder, "inside");
        foreach (var folder in (string[])[outside, inside])
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "index.html"), "mine");
        }

        File.WriteAllText(Path.Combine(inside, "index.json"), list);
        using (var next = new StaticFolder(inside))
        {
            next.AddProjectList([]);
            next.Publish();
        }

        Assert.True(File.Exists(Path.Combine(outside, "index.html")));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_made()
    {
        var missing = Path.Combine(_folder, "deep", "missing");

        using (var made = new StaticFolder(missing))
        {
            made.AddProjectList([]);
            made.Publish();
        }

        Assert.True(File.Exists(Path.Combine(missing, "index.html")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static RenderedPage Page(string project) => SimplePage.Render(new ProjectPage(project, []));

    private void Write(params string[] projects)
    {
        using var site = new StaticFolder(_folder);
        foreach (var project in projects)
        {
            site.AddPage(project, Page(project));
        }

        site.AddProjectList(projects);
        site.Publish();
    }

    private List<(string Path, string Content)> Contents() =>
    [
        .. from path in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories)
           let relative = Path.GetRelativePath(_folder, path)
           orderby relative
           select (relative, File.ReadAllText(path)),
    ];
}
