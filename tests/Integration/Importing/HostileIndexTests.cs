using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Importing;

/// <summary>Indexes that lie, leak or never end.</summary>
public sealed class HostileIndexTests : ImportTests
{
    private static readonly (string, string)[] Password = [("SECRET", "s3cret")];
    private static readonly string[] Credentials = ["--user=alice", "--password_env=SECRET"];

    [Fact]
    public async Task Credentials_go_to_the_index_and_to_no_other_server()
    {
        var (wheel, other, moved) = (Wheels.Build("demo", "1.0"), Wheels.Build("demo", "2.0"), Wheels.Build("demo", "3.0"));
        await using var index = await SourceServer.StartAsync();
        await using var elsewhere = await SourceServer.StartAsync();
        index.AddPage("/simple/", "<a href=\"demo/\">demo</a>");
        index.AddPage("/simple/demo/", $"""
            <a href="/files/{wheel.Filename}">{wheel.Filename}</a>
            <a href="{elsewhere.Address}{other.Filename}">{other.Filename}</a>
            <a href="/files/{moved.Filename}">{moved.Filename}</a>
            """);
        index.AddFile($"/files/{wheel.Filename}", wheel.Content);
        index.Add($"/files/{moved.Filename}", http =>
        {
            http.Response.Redirect($"{elsewhere.Address}moved/{moved.Filename}");

            return Task.CompletedTask;
        });
        elsewhere.AddFile($"/{other.Filename}", other.Content);
        elsewhere.AddFile($"/moved/{moved.Filename}", moved.Content);

        var ended = (await ImportAsync($"{index.Address}simple/", Password, Credentials)).Succeeded();

        Assert.Contains("3 files imported", ended.Stdout, StringComparison.Ordinal);
        Assert.All(index.Requests, request => Assert.Equal($"{PyWharfProcess.Basic("alice", "s3cret")}", request.Authorization));
        Assert.Equal(2, elsewhere.Requests.Count);
        Assert.All(elsewhere.Requests, request => Assert.Null(request.Authorization));
        Assert.DoesNotContain("s3cret", $"{ended}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Digests_that_do_not_fit_names_of_other_projects_and_what_is_missing_are_refused()
    {
        var (wheel, wrong, foreign) = (Wheels.Build("demo", "1.0"), Wheels.Build("demo", "2.0"), Wheels.Build("other", "1.0"));
        await using var index = await SourceServer.StartAsync();
        index.AddPage("/demo/", $"""
            <a href="{wheel.Filename}#sha256={wheel.Sha256}">{wheel.Filename}</a>
            <a href="{wrong.Filename}#md5={wheel.Md5}">{wrong.Filename}</a>
            <a href="{foreign.Filename}">{foreign.Filename}</a>
            <a href="demo-4.0.tar.gz">demo-4.0.tar.gz</a>
            <a href="..%2F..%2Fdemo-5.0.tar.gz">demo-5.0.tar.gz</a>
            <a href="demo-6.0%00.tar.gz">demo-6.0.tar.gz</a>
            <a href="file:///etc/demo-7.0.tar.gz">demo-7.0.tar.gz</a>
            """);
        foreach (var file in (Distribution[])[wheel, wrong, foreign])
        {
            index.AddFile($"/demo/{file.Filename}", file.Content);
        }

        var ended = (await ImportAsync(index.Address.AbsoluteUri, "--projects=demo")).Failed();

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("1 files imported", ended.Stdout, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^demo-2\.0-py3-none-any\.whl +Its md5 is not ", ended.Stdout);
        Assert.Matches(@"(?m)^other-1\.0-py3-none-any\.whl +The file belongs to the project other, and the source lists it under demo", ended.Stdout);
        Assert.Matches(@"(?m)^demo-4\.0\.tar\.gz +127\.0\.0\.1 answers 404", ended.Stdout);
        Assert.Equal([wheel.Filename], Directory.EnumerateFiles(Storage, "*.whl", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_page_that_is_elsewhere_is_not_followed_as_it_is_of_another_index()
    {
        var wheel = Wheels.Build("demo", "1.0");
        await using var other = await SourceServer.StartAsync();
        await using var index = await SourceServer.StartAsync();
        other.AddPage("/simple/demo/", $"<a href=\"{wheel.Filename}\">{wheel.Filename}</a>");
        index.Add("/simple/demo/", http =>
        {
            http.Response.Redirect($"{other.Address}simple/demo/");

            return Task.CompletedTask;
        });

        var ended = (await ImportAsync($"{index.Address}simple/", "--projects=demo")).Failed();

        Assert.Contains($"The index redirects to {other.Address.AbsoluteUri.TrimEnd('/')}, which is not followed", ended.Stdout, StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_page_of_100_MB_and_one_that_unpacks_to_that_are_refused(bool isCompressed)
    {
        var block = new byte[1024 * 1024];
        Array.Fill(block, (byte)' ');
        await using var index = await SourceServer.StartAsync();
        index.Add("/simple/", async http =>
        {
            http.Response.ContentType = "text/html";
            if (isCompressed)
            {
                http.Response.Headers.ContentEncoding = "gzip";
            }

            await using var body = isCompressed ? new GZipStream(http.Response.Body, CompressionLevel.Fastest, leaveOpen: true) : http.Response.Body;
            for (var blocks = 0; blocks < 100; blocks++)
            {
                await body.WriteAsync(block, http.RequestAborted);
            }
        });

        var ended = (await ImportAsync($"{index.Address}simple/")).Failed();

        Assert.Equal("", ended.Stdout);
        Assert.Contains("larger than the", ended.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_without_end_a_file_without_end_and_a_list_that_wants_credentials_end_the_command()
    {
        await File.WriteAllTextAsync(Path.Combine(Root, "config.toml"), ServerFixture.Config + "max_file_bytes = 100000\n");
        await using var index = await SourceServer.StartAsync();
        index.AddPage("/demo/", "<a href=\"demo-1.0.tar.gz\">demo-1.0.tar.gz</a><a href=\"demo-2.0.tar.gz\">demo-2.0.tar.gz</a>");
        index.Add("/demo/demo-1.0.tar.gz", http =>
        {
            http.Response.Redirect("demo-1.0.tar.gz");

            return Task.CompletedTask;
        });
        index.Add("/demo/demo-2.0.tar.gz", async http =>
        {
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(new byte[10_000], http.RequestAborted);
            }
        });
        index.Add("/closed/", http =>
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;

            return Task.CompletedTask;
        });

        var ended = (await ImportAsync(index.Address.AbsoluteUri, "--projects=demo")).Failed();

        Assert.Contains("The index redirects without an end", ended.Stdout, StringComparison.Ordinal);
        Assert.Contains("The file is larger than the 100000 bytes that this repository accepts", ended.Stdout, StringComparison.Ordinal);
        Assert.Contains("--user and --password_env", (await ImportAsync($"{index.Address}closed/")).Failed().Stderr, StringComparison.Ordinal);
        Assert.Contains("answers 404", (await ImportAsync($"{index.Address}nowhere/")).Failed().Stderr, StringComparison.Ordinal);
    }
}
