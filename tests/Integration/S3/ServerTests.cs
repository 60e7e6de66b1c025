using Microsoft.AspNetCore.Http;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.S3;

/// <summary>Real servers with their packages in Ceph, and real clients.</summary>
public sealed class ServerTests : S3Server
{
    [TheoryWhen(Needs.Ceph, Needs.Twine, Needs.Pip)]
    [InlineData("redirect")]
    [InlineData("proxy")]
    public async Task What_twine_uploads_pip_installs(string download)
    {
        using var server = await StartAsync(Config(more: $"download = \"{download}\""));
        using var user = new PythonUser();
        var wheel = Wheels.Build("demo", "1.0", payload: 400_000, random: true);
        (await user.TwineUploadAsync(new Uri(server.BaseAddress, "simple/"), "team", Write, wheel.WriteTo(user.At("dist")))).Succeeded();

        (await user.PipAsync(PythonClients.Python ?? "", "download", "--index-url", server.UrlFor("simple/", "team", Read), "--no-deps", "-d", "got", "demo")).Succeeded();

        Assert.Equal(wheel.Content, await File.ReadAllBytesAsync(user.At("got", wheel.Filename)));
        using var client = server.Client("team", Read);
        using var answer = await client.GetAsync(new Uri($"simple/demo/{wheel.Filename}", UriKind.Relative));
        if (download == "redirect")
        {
            using var anybody = new HttpClient();
            using var file = await anybody.GetAsync(answer.Headers.Location);
            Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
            Assert.Equal(wheel.Filename, file.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
            Assert.Equal("application/octet-stream", file.Content.Headers.ContentType?.MediaType);
            Assert.Contains("X-Amz-Expires=300", answer.Headers.Location?.Query, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(wheel.Content, await answer.Content.ReadAsByteArrayAsync());
        }

        Assert.DoesNotContain(Ceph.SecretKey, server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Amz-Signature", server.Log, StringComparison.Ordinal);
    }

    [FactWhen(Needs.Ceph)]
    public async Task While_the_storage_is_away_pages_go_on_and_the_server_recovers_by_itself()
    {
        await using var storage = await FaultyS3.StartAsync(Ceph.Url);
        storage.Fault = FaultyS3.CutAsync;
        using var server = await StartAsync(Config(storage.Url));
        using var client = server.Client("team", Write);
        Assert.Equal(503, (int)(await client.GetAsync(new Uri("simple/", UriKind.Relative))).StatusCode);

        storage.Fault = null;
        await Eventually.HoldsAsync(async () => (await client.GetAsync(new Uri("simple/", UriKind.Relative))).IsSuccessStatusCode);
        var wheel = Wheels.Build("demo", "1.0");
        await client.PublishAsync(wheel);

        storage.Fault = FaultyS3.CutAsync;
        using (var refused = await client.PostFileAsync(Wheels.Build("demo", "2.0")))
        using (var file = await client.GetAsync(new Uri($"simple/demo/{wheel.Filename}", UriKind.Relative)))
        {
            Assert.All((HttpResponseMessage[])[refused, file], answer => Assert.Equal((503, true), ((int)answer.StatusCode, answer.Headers.RetryAfter is not null)));
        }

        Assert.Equal(wheel.Filename, Assert.Single(await client.ReadFilesAsync("demo")).Filename);
        Assert.Equal(wheel.Metadata, await client.GetByteArrayAsync(new Uri($"simple/demo/{wheel.Filename}.metadata", UriKind.Relative)));
        using var ready = await client.GetAsync(new Uri("health/ready", UriKind.Relative));
        Assert.Equal(200, (int)ready.StatusCode);
        Assert.Contains("degraded: The object storage can't be used now", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        storage.Fault = null;
        await client.PublishAsync(Wheels.Build("demo", "2.0"));
        Assert.Equal("ready\n", await client.GetStringAsync(new Uri("health/ready", UriKind.Relative)));
    }

    [FactWhen(Needs.Ceph)]
    public async Task A_server_that_is_killed_amid_an_upload_leaves_nothing_that_others_do_not_sweep()
    {
        await using var storage = await FaultyS3.StartAsync(Ceph.Url);
        var reached = new TaskCompletionSource();
        storage.Fault = async http =>
        {
            if (!HttpMethods.IsPut(http.Request.Method) || http.Request.Path.Value?.EndsWith(".whl", StringComparison.Ordinal) != true)
            {
                return false;
            }

            reached.TrySetResult();

            return await FaultyS3.HangAsync(http);
        };
        using (var killed = await StartAsync(Config(storage.Url)))
        using (var client = killed.Client("team", Write))
        {
            var upload = client.PostFileAsync(Wheels.Build("demo", "1.0"));
            await reached.Task;
            await killed.Kill9Async();
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => upload);
        }

        Assert.Contains(await KeysAsync(), key => key.EndsWith(".meta", StringComparison.Ordinal));
        storage.Fault = null;
        storage.Ahead = TimeSpan.FromMinutes(1);
        using var other = await StartAsync(Config(storage.Url), "b");
        await Eventually.HoldsAsync(async () => (await KeysAsync()).Count == 0);
        using var reader = other.Client("team", Write);
        Assert.Empty(await reader.ReadProjectsAsync());
    }

    [FactWhen(Needs.Ceph)]
    public async Task Packages_move_from_a_folder_into_the_bucket_and_back()
    {
        var root = Path.Combine(Root, "a");
        Directory.CreateDirectory(root);
        await File.WriteAllTextAsync(Path.Combine(root, "config.toml"), Config() + """
            [before]
            type = "file_system"
            read_secret = "r1"
            write_secret = "w1"

            [after]
            type = "file_system"
            read_secret = "r2"
            write_secret = "w2"
            """);
        var wheel = Wheels.Build("demo", "1.0");
        using var source = new TempFolder();
        wheel.WriteTo(source.Path);

        foreach (string[] step in (string[][])[["before", source.Path], ["team", "before"], ["after", "team"]])
        {
            (await PyWharfProcess.RunAsync(["import", .. step, $"--root={root}"], Environment())).Succeeded().Saying("1 files imported");
        }

        Assert.Contains($"demo/{wheel.Filename}", await KeysAsync());
        Assert.Equal(wheel.Content, await File.ReadAllBytesAsync(Path.Combine(root, "cache", "after", "storage", "demo", wheel.Filename)));
        (await PyWharfProcess.RunAsync(["update_index", "s3", "team", $"--root={root}"], Environment())).Succeeded().Saying("1 files published");
        Assert.Contains("index.toml", await KeysAsync());
    }

    [Fact]
    public async Task Keys_that_are_not_there_are_told_before_a_start()
    {
        var file = Path.Combine(Root, "config.toml");
        await File.WriteAllTextAsync(file, "[team]\ntype = \"s3\"\nbucket = \"packages\"\nendpoint_url = \"http://127.0.0.1:1\"\naccess_key_env = \"TEST_ABSENT\"\nsecret_key_env = \"TEST_ABSENT\"\n[other]\ntype = \"s3\"\nbucket = \"packages\"\naccess_key_env = \"PATH\"\n");

        var checkedOut = await PyWharfProcess.RunAsync(["check_config", $"--config={file}"]);

        Assert.Equal(1, checkedOut.ExitCode);
        Assert.Contains("\"access_key_env\" in [team]: the environment variable of this name is not set", checkedOut.ToString(), StringComparison.Ordinal);
        Assert.Contains("[other] has one of \"access_key_env\" and \"secret_key_env\"", checkedOut.ToString(), StringComparison.Ordinal);
    }
}
