using System.Text.Json;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Importing;

/// <summary>A folder as <c>devpi-export</c> of devpi-server 6 writes it.</summary>
public sealed class DevpiImportTests : ImportTests
{
    private readonly Distribution _wheel = Wheels.Build("demo", "1.0");
    private readonly Distribution _mirrored = Wheels.Build("mirrored", "3.0");
    private readonly List<object> _files = [];

    [Fact]
    public async Task Release_files_arrive_with_the_times_of_their_uploads_and_documentation_is_passed_over()
    {
        Add(_wheel, "2019-03-04");
        Add(Sdists.Build("demo", "1.0"), time: null);
        File.WriteAllText(Path.Combine(Source, "team", "prod", "demo-1.0.doc.zip"), "documentation");
        _files.Add(new { type = "doczip", projectname = "demo", relpath = "team/prod/demo-1.0.doc.zip", version = "1.0" });
        Write();

        var report = await ImportJsonAsync(Source);

        Assert.Equal((3, 0, 0), Numbers(report));
        Assert.Equal(1, report.GetProperty("passed_over").GetInt32());
        using var server = await ServeAsync();
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        var page = await reader.ProjectAsync("demo");
        Assert.Equal("2019-03-04T05:06:07.000000Z", FileOf(page, _wheel.Filename).GetProperty("upload-time").GetString());
        Assert.Equal("2021-12-31T23:59:58.000000Z", FileOf(page, "demo-1.0.tar.gz").GetProperty("upload-time").GetString());
        Assert.Equal("broken build", FileOf(await reader.ProjectAsync("mirrored"), _mirrored.Filename).GetProperty("yanked").GetString());
    }

    [Fact]
    public async Task An_export_behind_a_link_is_imported_with_a_slash_at_the_end_too()
    {
        Add(_wheel, "2019-03-04");
        Write();
        var link = Path.Combine(Root, "export");
        Directory.CreateSymbolicLink(link, Source);

        Assert.Equal((2, 0, 0), Numbers(await ImportJsonAsync(link + "/")));
    }

    [Fact]
    public async Task One_index_of_the_export_is_imported_by_its_folder()
    {
        Add(_wheel, "2019-03-04");
        Write();

        Assert.Equal((1, 0, 0), Numbers(await ImportJsonAsync(Path.Combine(Source, "team", "prod"))));
        (await ImportAsync(Path.Combine(Source, "team", "stage"))).Failed().Saying("there is no folder");
        Directory.CreateDirectory(Path.Combine(Source, "team", "stage"));
        (await ImportAsync(Path.Combine(Source, "team", "stage"))).Failed().Saying("The export has no index team/stage");
    }

    [Fact]
    public async Task Altered_files_missing_ones_and_paths_that_lead_out_are_refused()
    {
        var outside = Wheels.Build("outside", "1.0").WriteTo(Path.Combine(Root, "elsewhere"));
        Add(_wheel, "2019-03-04");
        File.WriteAllBytes(Path.Combine(Source, "team", "prod", "demo", "1.0", _wheel.Filename), Wheels.Build("demo", "1.0", payload: 10).Content);
        _files.Add(Entry("outside", Path.GetRelativePath(Source, outside), sha256: null, time: null));
        _files.Add(Entry("outside", outside, sha256: null, time: null));
        Directory.CreateSymbolicLink(Path.Combine(Source, "linked"), Path.Combine(Root, "elsewhere"));
        _files.Add(Entry("outside", Path.Combine("linked", Path.GetFileName(outside)), sha256: null, time: null));
        _files.Add(Entry("gone", "team/prod/gone/1.0/gone-1.0.tar.gz", sha256: null, time: null));
        Write();

        var ended = (await ImportAsync(Source)).Failed();

        Assert.Contains("1 files imported", ended.Stdout, StringComparison.Ordinal);
        Assert.Contains("5 refused", ended.Stdout, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^demo-1\.0-py3-none-any\.whl +Its sha256 is not", ended.Stdout);
        Assert.Matches(@"(?m)^outside-1\.0-py3-none-any\.whl +Its path leads out of the folder", ended.Stdout);
        Assert.Matches(@"(?m)^gone-1\.0\.tar\.gz +It was removed from the folder", ended.Stdout);
        Assert.DoesNotContain("outside", string.Join('\n', Directory.EnumerateFiles(Storage, "*", SearchOption.AllDirectories)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_is_none_ends_with_one_line()
    {
        await File.WriteAllTextAsync(Path.Combine(Source, "dataindex.json"), "{\"indexes\": []}");

        (await ImportAsync(Source)).Failed().Saying("can't be read as an export of devpi");
    }

    private void Add(Distribution file, string? time)
    {
        var relative = $"team/prod/{file.Name}/{file.Version}";
        file.WriteTo(Path.Combine(Source, relative));
        _files.Add(Entry(file.Name, $"{relative}/{file.Filename}", file.Sha256, time));
    }

    private static object Entry(string project, string path, string? sha256, string? time) => new
    {
        version = "1.0",
        entrymapping = new { hash_spec = sha256 is null ? null : $"sha256={sha256}", project, version = "1.0", last_modified = "Fri, 31 Dec 2021 23:59:58 GMT" },
        log = time is null ? [] : new object[] { new { what = "upload", who = "ci", when = time.Split('-').Select(int.Parse).Concat([5, 6, 7]), dst = "team/prod" } },
        type = "releasefile",
        projectname = project,
        relpath = path,
    };

    private void Write()
    {
        _mirrored.WriteTo(Path.Combine(Source, "root", "pypi", "mirrored", "3.0"));
        var export = new
        {
            users = new { team = new { username = "team", pwhash = "…" } },
            indexes = new Dictionary<string, object>
            {
                ["root/pypi"] = new
                {
                    indexconfig = new { type = "mirror", mirror_url = "https://pypi.org/simple/" },
                    projects = new { mirrored = new Dictionary<string, object> { ["3.0"] = new { name = "mirrored", version = "3.0", yanked = "broken build" } } },
                    files = new[] { Entry("mirrored", $"root/pypi/mirrored/3.0/{_mirrored.Filename}", _mirrored.Sha256, time: null) },
                },
                ["team/prod"] = new
                {
                    indexconfig = new { type = "stage", bases = new[] { "root/pypi" }, volatile_ = false },
                    projects = new { demo = new Dictionary<string, object> { ["1.0"] = new { name = "demo", version = "1.0", description = new string('x', 100_000), classifiers = Array.Empty<string>() } } },
                    files = _files,
                },
                ["team/empty"] = new { indexconfig = new { type = "mirror" } },
            },
            dumpversion = "2",
            pythonversion = new object[] { 3, 11, 2, "final", 0 },
            devpi_server = "6.10.0",
        };
        File.WriteAllText(Path.Combine(Source, "dataindex.json"), JsonSerializer.Serialize(export));
    }
}
