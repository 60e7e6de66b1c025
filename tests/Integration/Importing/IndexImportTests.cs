using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Importing;

/// <summary><c>pywharf import REPOSITORY URL</c>: our own server, pypiserver, and what other servers have.</summary>
public sealed class IndexImportTests : ImportTests
{
    private static readonly DateTimeOffset Then = new(2020, 2, 3, 4, 5, 6, TimeSpan.Zero);
    private static readonly (string, string)[] Password = [("OLD_PASSWORD", ServerFixture.ReadSecret)];
    private static readonly string[] Credentials = [$"--user={ServerFixture.Repository}", "--password_env=OLD_PASSWORD"];

    [Fact]
    public async Task Our_own_server_gives_times_yanks_and_statuses_in_JSON_and_a_second_run_fetches_nothing()
    {
        using var old = await StartOldServerAsync();
        using var oldReader = old.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

        (await ImportAsync($"{old.BaseAddress}simple/", Password, Credentials)).Succeeded();

        using var server = await ServeAsync();
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        Assert.Equal(await oldReader.ReadProjectsAsync(), await reader.ReadProjectsAsync());
        foreach (var project in (string[])["demo", "old-thing"])
        {
            var (before, after) = (await oldReader.ProjectAsync(project), await reader.ProjectAsync(project));
            Assert.Equal(before.GetProperty("files").ToString(), after.GetProperty("files").ToString());
            Assert.Equal(StatusOf(before), StatusOf(after));
        }

        var again = (await ImportAsync($"{old.BaseAddress}simple/", Password, Credentials)).Succeeded();
        Assert.Contains("0 files imported (0 bytes), 4 were there already", again.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pages_of_our_own_server_in_HTML_tell_yanks_and_statuses_too()
    {
        using var old = await StartOldServerAsync();
        using var oldReader = old.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        await using var front = await SourceServer.StartAsync();
        front.Otherwise = async http =>
        {
            // As a server without JSON does.
            using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), http.Request.Path) { Headers = { { "Accept", "text/html" } } };
            using var answer = await oldReader.SendAsync(request);
            http.Response.StatusCode = (int)answer.StatusCode;
            http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            http.Response.ContentLength = answer.Content.Headers.ContentLength;
            http.Response.GetTypedHeaders().LastModified = answer.Content.Headers.LastModified;
            await answer.Content.CopyToAsync(http.Response.Body);
        };

        (await ImportAsync($"{front.Address}simple/")).Succeeded();

        using var server = await ServeAsync();
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        var (before, after) = (await oldReader.ProjectAsync("demo"), await reader.ProjectAsync("demo"));
        Assert.Equal(YanksIn(before), YanksIn(after));
        Assert.Equal(StatusOf(await oldReader.ProjectAsync("old-thing")), StatusOf(await reader.ProjectAsync("old-thing")));

        // To the second, as HTTP has it.
        Assert.Equal(TimesIn(before).Select(time => time[..19]), TimesIn(after).Select(time => time[..19]));
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("md5")]
    [InlineData("")]
    public async Task The_pages_of_pypiserver_are_read_and_nothing_is_fetched_twice(string algorithm)
    {
        var (wheel, sdist) = (Wheels.Build("demo", "1.0"), Sdists.Build("my-other", "2.0"));
        await using var index = await SourceServer.StartAsync();
        index.AddPage("/simple/", PyPiServerPage("Simple Index", ("demo/", "demo"), ("my-other/", "my-other")));
        foreach (var file in (Distribution[])[wheel, sdist])
        {
            var digest = algorithm switch { "sha256" => $"#sha256={file.Sha256}", "md5" => $"#md5={file.Md5}", _ => "" };
            index.AddPage($"/simple/{file.Name}/", PyPiServerPage($"Links for {file.Name}", ($"/packages/{file.Filename}{digest}", file.Filename)));
            index.AddFile($"/packages/{file.Filename}", file.Content, Then);
        }

        (await ImportAsync($"{index.Address}simple/")).Succeeded();
        (await ImportAsync($"{index.Address}simple")).Succeeded();
        (await ImportAsync($"{index.Address}simple/", "--projects=demo")).Succeeded();

        Assert.Equal(1, index.Fetched[$"/packages/{wheel.Filename}"]);
        Assert.Equal(1, index.Fetched[$"/packages/{sdist.Filename}"]);
        using var server = await ServeAsync();
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        await reader.AssertOffersAsync("demo", wheel.Filename);
        await reader.AssertOffersAsync("my-other", sdist.Filename);
        Assert.Equal("2020-02-03T04:05:06.000000Z", Assert.Single(TimesIn(await reader.ProjectAsync("demo"))));
    }

    [Fact]
    public async Task The_page_of_all_packages_of_pypiserver_is_an_index_too()
    {
        var (wheel, sdist) = (Wheels.Build("demo", "1.0"), Sdists.Build("my-other", "2.0"));
        await using var index = await SourceServer.StartAsync();
        index.AddPage("/packages/", PyPiServerPage(
            "Index of packages", ($"/packages/{wheel.Filename}#sha256={wheel.Sha256}", wheel.Filename), ($"/packages/sub/{sdist.Filename}#sha256={sdist.Sha256}", $"sub/{sdist.Filename}")));
        index.AddFile($"/packages/{wheel.Filename}", wheel.Content);
        index.AddFile($"/packages/sub/{sdist.Filename}", sdist.Content);

        Assert.Equal((2, 0, 0), Numbers(await ImportJsonAsync($"{index.Address}packages/")));
        Assert.Equal((0, 1, 0), Numbers(await ImportJsonAsync($"{index.Address}packages/", "--projects=demo")));
    }

    [Fact]
    public async Task Named_projects_of_a_large_index_are_imported_without_its_list()
    {
        var wheel = Wheels.Build("demo", "1.0");
        await using var index = await SourceServer.StartAsync();
        index.AddPage("/simple/demo/", $"<a href=\"{wheel.Filename}#sha256={wheel.Sha256}\" data-requires-python=\"&gt;=3.9\" data-yanked=\"breaks\">{wheel.Filename}</a>");
        index.AddFile($"/simple/demo/{wheel.Filename}", wheel.Content);

        var report = await ImportJsonAsync($"{index.Address}simple/", "--projects=Demo,not-there");

        Assert.Equal((1, 0, 1), Numbers(report));
        Assert.Equal("not-there", report.GetProperty("refused")[0].GetProperty("project").GetString());
        using var server = await ServeAsync();
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        var file = FileOf(await reader.ProjectAsync("demo"), wheel.Filename);
        Assert.Equal(("breaks", ">=3.9"), (file.GetProperty("yanked").GetString(), file.GetProperty("requires-python").GetString()));
    }

    [Fact]
    public async Task An_import_that_is_killed_goes_on_and_fetches_only_what_was_under_way_again()
    {
        const int jobs = 4;
        var files = Enumerable.Range(0, 40).Select(number => Wheels.Build($"demo-{number % 3}", $"1.{number}")).ToList();
        await using var index = await SourceServer.StartAsync();
        index.AddPage("/simple/", string.Concat(files.Select(file => file.Name).Distinct().Select(name => $"<a href=\"{name}/\">{name}</a>")));
        foreach (var project in files.GroupBy(file => file.Name))
        {
            index.AddPage($"/simple/{project.Key}/", string.Concat(project.Select(file => $"<a href=\"/files/{file.Filename}#sha256={file.Sha256}\">{file.Filename}</a>")));
        }

        // Files beyond the limit are never sent, so that the import can't end before it is killed.
        var (sent, limit) = (0, 0);
        files.ForEach(file => index.Add($"/files/{file.Filename}", async http =>
        {
            if (Interlocked.Increment(ref sent) > Volatile.Read(ref limit))
            {
                var gone = new TaskCompletionSource();
                await using var registration = http.RequestAborted.Register(gone.SetResult);
                await gone.Task;

                return;
            }

            await http.Response.Body.WriteAsync(file.Content);
        }));
        int Fetched() => index.Fetched.Where(request => request.Key.StartsWith("/files/", StringComparison.Ordinal)).Sum(request => request.Value);

        const int kills = 2;
        for (var kill = 0; kill < kills; kill++)
        {
            var reached = Fetched() + 10;
            limit = reached;
            await PyWharfProcess.InterruptAsync(
                ["import", ServerFixture.Repository, $"{index.Address}simple/", $"--root={Root}", $"--jobs={jobs}"], () => Fetched() > reached, PyWharfProcess.SigKill);
        }

        limit = int.MaxValue;
        (await ImportAsync($"{index.Address}simple/")).Succeeded();

        Assert.InRange(Fetched(), files.Count, files.Count + (kills * jobs));
        (await ImportAsync($"{index.Address}simple/")).Succeeded();
        Assert.InRange(Fetched(), files.Count, files.Count + (kills * jobs));
        using var server = await ServeAsync();
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        Assert.Equal(files.Count, (await reader.ReadAllFilesAsync()).Count);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Storage, ".staging")));
    }

    [Fact]
    public async Task What_passes_is_asked_for_again()
    {
        var wheel = Wheels.Build("demo", "1.0", payload: 100_000, random: true);
        await using var index = await SourceServer.StartAsync();
        index.AddPage("/demo/", $"<a href=\"{wheel.Filename}#sha256={wheel.Sha256}\">{wheel.Filename}</a>");
        var asked = 0;
        index.Add($"/demo/{wheel.Filename}", async http =>
        {
            switch (Interlocked.Increment(ref asked))
            {
                case 1:
                    http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                    http.Response.Headers.RetryAfter = "0";
                    break;
                case 2:
                    http.Response.ContentLength = wheel.Content.Length;
                    await http.Response.Body.WriteAsync(wheel.Content.AsMemory(0, 50_000));
                    http.Abort();
                    break;
                default:
                    await http.Response.Body.WriteAsync(wheel.Content);
                    break;
            }
        });

        Assert.Equal((1, 0, 0), Numbers(await ImportJsonAsync(index.Address.AbsoluteUri, "--projects=demo")));
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task A_source_that_is_away_ends_the_import_before_each_file_was_tried()
    {
        await using var index = await SourceServer.StartAsync();
        index.AddPage("/demo/", string.Concat(Enumerable.Range(0, 100).Select(number => $"<a href=\"demo-{number}.tar.gz\">demo-{number}.tar.gz</a>")));
        index.Otherwise = http =>
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.RetryAfter = "0";

            return Task.CompletedTask;
        };

        var ended = (await ImportAsync(index.Address.AbsoluteUri, "--projects=demo", "--json")).Failed();

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("stopped before the end: 127.0.0.1 answers 503. The same command goes on.", ended.Stderr, StringComparison.Ordinal);
        Assert.InRange(JsonDocument.Parse(ended.Stdout).RootElement.GetProperty("refused").GetArrayLength(), 20, 30);
    }

    /// <summary>Projects whose names tell what people decided about them, and one that is archived.</summary>
    private async Task<PyWharfProcess> StartOldServerAsync()
    {
        var old = await PyWharfProcess.StartAsync(Source, ServerFixture.Config);
        using var writer = old.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        await writer.PublishAsync(Wheels.Build("demo", "1.0"), Wheels.Build("demo", "2.0", requiresPython: ">=3.8"), Sdists.Build("demo", "2.0"), Wheels.Build("old.thing", "1.0"));
        (await PyWharfProcess.RunAsync(["yank", "local", "demo", "demo-1.0-py3-none-any.whl", "--reason=breaks <it>", $"--root={Source}"])).Succeeded();
        (await PyWharfProcess.RunAsync(["status", "local", "old-thing", "archived", "--reason=use demo", $"--root={Source}"])).Succeeded();
        await Eventually.HoldsAsync(async () => StatusOf(await writer.ProjectAsync("old-thing")).Contains("archived", StringComparison.Ordinal));

        return old;
    }

    // As its templates write it.
    private static string PyPiServerPage(string title, params (string Href, string Text)[] links) =>
        $"""
            <html>
                <head>
                    <title>{title}</title>
                </head>
                <body>
                    <h1>{title}</h1>
        {string.Concat(links.Select(link => $"                 <a href=\"{link.Href}\">{link.Text}</a><br>\n"))}
                </body>
            </html>
        """;

    private static string StatusOf(JsonElement page) => page.TryGetProperty("project-status", out var status) ? status.ToString() : "";

    private static IEnumerable<string> YanksIn(JsonElement page) =>
        page.GetProperty("files").EnumerateArray().Select(file => $"{file.GetProperty("filename")}: {(file.TryGetProperty("yanked", out var yanked) ? yanked.ToString() : "")}");

    private static IReadOnlyList<string> TimesIn(JsonElement page) =>
        [.. page.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("upload-time").GetString() ?? "")];
}
