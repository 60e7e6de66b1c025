using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Initialize;

public sealed class InitializeTests : IDisposable
{
    private const string AdminSecret = "adm1n:secret";

    private const string Admin =
        $"""
        [{ServerFixture.Repository}]
        type = "file_system"
        raw = "{AdminSecret}"

        """;

    private const string OtherConfig =
        """
        [local]
        type = "file_system"
        read_secret = "other-r3ad"
        write_secret = "other-wr1te"

        [second]
        type = "file_system"
        read_secret = "second-r3ad"
        write_secret = "second-wr1te"

        """;

    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_server_without_configuration_asks_for_patience()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        using var nobody = server.Client();

        foreach (var answer in new[]
        {
            await client.AskAsync("/simple/"), await client.AskAsync("/simple/project/", ("Accept", Requests.Json)), await nobody.AskAsync("/simple/"),
            await client.AskAsync("/simple/project/project-1.0.tar.gz"), await client.AskAsync("/local/simple/"), await client.AskAsync("/index_mtime/"),
            await client.UploadAsync(Wheels.Build("early", "1.0")),
        })
        {
            Assert.NotNull(answer.With(503)["Retry-After"]);
            Assert.Contains("/initialize/", answer.Text, StringComparison.Ordinal);
        }

        (await nobody.AskAsync("/health")).With(200);
    }

    [Fact]
    public async Task It_is_open_until_there_is_a_configuration_and_then_wants_an_admin_secret()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var nobody = server.Client();
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        using var admin = server.Client(ServerFixture.Repository, AdminSecret);

        (await nobody.InitializeAsync(ServerFixture.Config, "[broken")).With(400);
        (await reader.AskAsync("/simple/")).With(503);
        Assert.Equal("Done", (await nobody.InitializeAsync(ServerFixture.Config, Admin)).With(200).Text);
        (await reader.AskAsync("/simple/")).With(200);
        (await writer.UploadAsync(Wheels.Build("kept", "1.0"))).With(200);

        foreach (var client in new[] { nobody, reader, writer, server.Client("second", AdminSecret), server.Client(ServerFixture.Repository), server.Client("", AdminSecret) })
        {
            Assert.StartsWith("Basic realm=", (await client.InitializeAsync(OtherConfig, Admin)).With(401)["WWW-Authenticate"], StringComparison.Ordinal);
        }

        (await admin.InitializeAsync(OtherConfig, Admin)).With(200);

        (await reader.AskAsync("/simple/")).With(401);
        using var other = server.Client(ServerFixture.Repository, "other-r3ad");
        using var second = server.Client("second", "second-r3ad");
        Assert.Single(await other.FilenamesAsync("kept"));
        Assert.Empty(await second.FilenamesAsync("kept"));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task What_was_sent_is_kept_over_a_restart_for_the_servers_eyes_only()
    {
        using (var server = await PyWharfProcess.StartAsync(_root.Path, config: null))
        {
            using var nobody = server.Client();
            using var form = new MultipartFormDataContent
            {
                { new StringContent(ServerFixture.Config), "config", "config.toml" },
                { new StringContent(Admin), "admin_secret", "admin_secret.toml" },
            };
            (await Answer.ReadAsync(await nobody.PostAsync("/initialize/", form))).With(200);
            await server.Kill9Async();
        }

        foreach (var name in (string[])["config.toml", "admin_secret.toml"])
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_root.At(name)));
        }

        using var restarted = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var reader = restarted.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        using var admin = restarted.Client(ServerFixture.Repository, AdminSecret);
        (await reader.AskAsync("/simple/")).With(200);
        (await reader.InitializeAsync(OtherConfig, Admin)).With(401);
        (await admin.InitializeAsync(OtherConfig, Admin)).With(200);
    }

    [Fact]
    public async Task A_bad_document_changes_nothing_and_a_good_one_swaps_without_a_gap()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        using var admin = server.Client(ServerFixture.Repository, AdminSecret);
        (await admin.InitializeAsync(ServerFixture.Config, Admin)).With(200);
        var kept = await File.ReadAllTextAsync(_root.At("config.toml"));

        using var done = new CancellationTokenSource();
        var reading = ReadAsync(reader, done.Token);
        foreach (var (config, adminSecret) in new (string?, string?)[]
        {
            ("[local", Admin), (OtherConfig, "[local"), (OtherConfig, null), (null, Admin), (null, null), ("\0", Admin), (OtherConfig, "\uFFFF"),
        })
        {
            (await admin.InitializeAsync(config, adminSecret)).With(400);
        }

        Assert.Equal(kept, await File.ReadAllTextAsync(_root.At("config.toml")));
        foreach (var _ in Enumerable.Range(0, 3))
        {
            (await admin.InitializeAsync(ServerFixture.Config + OtherConfig[OtherConfig.IndexOf("[second]", StringComparison.Ordinal)..], Admin)).With(200);
        }

        await done.CancelAsync();
        Assert.True(await reading > 0);
    }

    [Fact]
    public async Task A_body_that_is_no_form_is_refused_and_leaves_it_open()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var nobody = server.Client();

        foreach (var (contentType, body, status) in new[]
        {
            ("text/plain", "[local]", 400), ("multipart/form-data", "x", 400), ("multipart/form-data; boundary=b", "", 400),
            ("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"config\"\r\n\r\ncut", 400),
            ("application/x-www-form-urlencoded", "config=a&config=b&admin_secret=c", 400),
            ("application/x-www-form-urlencoded", $"config={new string('x', 2_000_000)}", 413),
            ("application/x-www-form-urlencoded; charset=utf-7", "config=a&admin_secret=c", 400),
            ("application/x-www-form-urlencoded", "config=%FF&admin_secret=c", 400),
            ("application/x-www-form-urlencoded", string.Join('&', Enumerable.Repeat("a", 100_000)), 400),
        })
        {
            using var content = new StringContent(body);
            content.Headers.Remove("Content-Type");
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            (await Answer.ReadAsync(await nobody.PostAsync("/initialize/", content))).With(status);
        }

        (await nobody.InitializeAsync(ServerFixture.Config, Admin)).With(200);
    }

    [Fact]
    public async Task Who_may_not_configure_it_is_told_before_a_byte_of_the_documents_is_sent()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);

        foreach (var expects in (string[])["Expect: 100-continue", "X: y"])
        {
            using var client = new TcpClient();
            await client.ConnectAsync(server.BaseAddress.Host, server.BaseAddress.Port);
            await client.GetStream().WriteAsync(RawHttp.Request("POST", "/initialize/", ["Content-Type: multipart/form-data; boundary=b", "Content-Length: 900000", expects]));
            var line = new byte["HTTP/1.1 401".Length];
            await client.GetStream().ReadExactlyAsync(line);

            Assert.Equal("HTTP/1.1 401", Encoding.ASCII.GetString(line));
        }
    }

    [Fact]
    public async Task Documents_have_a_megabyte_at_most_however_they_are_sent()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, config: null);
        var body = Encoding.ASCII.GetBytes($"admin_secret=a&config={new string('x', 3 << 20)}");
        byte[] chunked = [.. Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"), .. body, .. "\r\n0\r\n\r\n"u8];

        foreach (var (framing, sent) in new[] { ($"Content-Length: {body.Length}", body), ("Transfer-Encoding: chunked", chunked) })
        {
            var answer = await RawHttp.SendAsync(
                server.BaseAddress, RawHttp.Request("POST", "/initialize/", ["Content-Type: application/x-www-form-urlencoded", framing], sent));

            Assert.True(answer.Status == 413, answer.Head);
        }
    }

    [Fact]
    public async Task A_page_in_a_browser_configures_no_server_not_even_one_that_is_open()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var nobody = server.Client();
        var self = server.BaseAddress.GetLeftPart(UriPartial.Authority);

        // With the name of its own site pointed at this server, a page is of the same origin.
        foreach (var (name, value) in new[]
        {
            ("Origin", "https://evil.example"), ("Origin", self), ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "no-cors"), ("sec-fetch-dest", "empty"),
        })
        {
            using var browser = server.Client();
            browser.DefaultRequestHeaders.Add(name, value);
            (await browser.InitializeAsync(ServerFixture.Config, Admin)).With(403);
        }

        (await nobody.InitializeAsync(ServerFixture.Config, Admin)).With(200);
    }

    [Fact]
    public async Task With_a_secret_of_the_operators_it_is_never_open()
    {
        const string Secret = "0perator";
        using var server = await PyWharfProcess.StartAsync(
            ["server", _root.Path, "--host=127.0.0.1", "--port=0", "--extra_index_url="], [("PYWHARF_INITIALIZE_SECRET", Secret)]);
        using var nobody = server.Client();
        using var whoever = server.Client("whoever", Secret);
        using var bearer = server.Client();
        bearer.DefaultRequestHeaders.Authorization = new("Bearer", Secret);
        using var admin = server.Client(ServerFixture.Repository, AdminSecret);
        using var reader = server.Client(ServerFixture.Repository, Secret);

        (await nobody.InitializeAsync(ServerFixture.Config, Admin)).With(401);
        (await admin.InitializeAsync(ServerFixture.Config, Admin)).With(401);
        (await whoever.InitializeAsync(ServerFixture.Config, Admin)).With(200);
        (await nobody.InitializeAsync(ServerFixture.Config, Admin)).With(401);
        (await bearer.InitializeAsync(ServerFixture.Config, Admin)).With(200);
        (await admin.InitializeAsync(ServerFixture.Config, Admin)).With(200);
        (await reader.AskAsync("/simple/")).With(401);
    }

    [Fact]
    public async Task What_can_not_be_kept_changes_nothing_and_is_told()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var nobody = server.Client();
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        var inTheWay = _root.At("job", "initialize");
        await File.WriteAllTextAsync(inTheWay, "");

        Assert.Contains("can't be kept", (await nobody.InitializeAsync(ServerFixture.Config, Admin)).With(503).Text, StringComparison.Ordinal);

        (await reader.AskAsync("/simple/")).With(503);
        Assert.Empty(Directory.GetDirectories(_root.At("job"), "initialize*"));
        Assert.False(File.Exists(_root.At("config.toml")));
        File.Delete(inTheWay);
        (await nobody.InitializeAsync(ServerFixture.Config, Admin)).With(200);
        (await reader.AskAsync("/simple/")).With(200);
    }

    [FactWhen(Needs.Mount)]
    public async Task A_file_that_is_mounted_is_found_before_anything_changed_and_the_next_start_is_as_before()
    {
        await File.WriteAllTextAsync(_root.At("mine"), ServerFixture.Config);
        await File.WriteAllTextAsync(_root.At("root", "config.toml"), ServerFixture.Config);
        await File.WriteAllTextAsync(_root.At("root", "admin_secret.toml"), Admin);
        using var mount = await BindMount.MountAsync(_root.At("mine"), _root.At("root", "config.toml"));
        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var server = await PyWharfProcess.StartAsync(_root.At("root"), config: null);
            using var admin = server.Client(ServerFixture.Repository, AdminSecret);
            using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

            Assert.Contains("nothing was changed", (await admin.InitializeAsync(OtherConfig, Admin.Replace(AdminSecret, "new", StringComparison.Ordinal))).With(503).Text, StringComparison.Ordinal);

            (await reader.AskAsync("/simple/")).With(200);
            Assert.Contains(_root.At("root", "config.toml"), server.Log, StringComparison.Ordinal);
            Assert.Equal(Admin, await File.ReadAllTextAsync(_root.At("root", "admin_secret.toml")));
            Assert.Empty(Directory.GetDirectories(_root.At("root", "job"), "initialize*"));
        }
    }

    [Fact]
    public async Task Many_replacements_leave_nothing_open()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var admin = server.Client(ServerFixture.Repository, AdminSecret);
        (await admin.InitializeAsync(ServerFixture.Config, Admin)).With(200);
        var before = server.OpenFiles;

        foreach (var _ in Enumerable.Range(0, 30))
        {
            (await admin.InitializeAsync(ServerFixture.Config, Admin)).With(200);
        }

        await Eventually.HoldsAsync("what was replaced is closed", () => server.OpenFiles < before + 10);
    }

    [Fact]
    public async Task An_upload_under_way_is_published_though_the_configuration_is_replaced_meanwhile()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var admin = server.Client(ServerFixture.Repository, AdminSecret);
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        (await admin.InitializeAsync(ServerFixture.Config, Admin)).With(200);
        var wheel = Wheels.Build("underway", "1.0", payload: 300_000, random: true);
        using var upload = await PausedUpload.StartAsync(server.BaseAddress, ServerFixture.Repository, ServerFixture.WriteSecret, wheel);
        var staging = _root.At("cache", ServerFixture.Repository, "storage", ".staging");
        await Eventually.HoldsAsync("the upload is received", () => Directory.GetFiles(staging).Length > 0);

        (await admin.InitializeAsync(ServerFixture.Config, Admin)).With(200);

        Assert.Equal(200, (await upload.FinishAsync()).Status);
        Assert.Equal([wheel.Filename], await reader.FilenamesAsync("underway"));
    }

    [Fact]
    public async Task A_kill_leaves_both_documents_of_one_configuration()
    {
        foreach (var round in Enumerable.Range(0, Environment.GetEnvironmentVariable("PYWHARF_SOAK") == "1" ? 100 : 4))
        {
            using (var server = await PyWharfProcess.StartAsync(_root.Path, config: null))
            {
                var acknowledged = 0;
                var sending = SendAsync(server, () => acknowledged++);
                await Eventually.HoldsAsync("some are replaced", () => acknowledged > 3 + round);
                await server.Kill9Async();
                Assert.NotNull(await Record.ExceptionAsync(() => sending));
            }

            using var restarted = await PyWharfProcess.StartAsync(_root.Path, config: null);
            var kept = await File.ReadAllTextAsync(_root.At("config.toml"));
            Assert.Contains(kept.Split("# ")[1], await File.ReadAllTextAsync(_root.At("admin_secret.toml")), StringComparison.Ordinal);
            await restarted.TerminateAsync();
        }

        static async Task SendAsync(PyWharfProcess server, Action done)
        {
            using var admin = server.Client(ServerFixture.Repository, AdminSecret);
            while (true)
            {
                var mark = $"# {Guid.NewGuid():N}";
                (await admin.InitializeAsync(ServerFixture.Config + mark, Admin + mark)).With(200);
                done();
            }
        }
    }

    [Theory]
    [InlineData("utf-8", false, 200, "Done")]
    [InlineData("utf-8", true, 200, "Done")]
    [InlineData("iso-8859-1", false, 400, "config.toml:3:18: ")]
    [InlineData("utf-16", true, 400, "config.toml:1:1: ")]
    public async Task A_file_that_is_no_utf8_is_refused_with_its_place(string encoding, bool hasMark, int status, string answer)
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var nobody = server.Client();
        var encoded = Encoding.GetEncoding(encoding);
        var config = $"[local]\ntype = \"file_system\"\nread_secret = \"gr\u00fcn\"\n";

        var sent = await nobody.InitializeAsync([.. hasMark ? encoded.GetPreamble() : [], .. encoded.GetBytes(config)], "# none\n"u8.ToArray());

        Assert.StartsWith(answer, sent.With(status).Text, StringComparison.Ordinal);
        using var reader = server.Client("local", "gr\u00fcn");
        (await reader.AskAsync("/simple/")).With(status == 200 ? 200 : 503);
    }

    [Fact]
    public async Task A_field_that_was_no_utf8_is_refused_with_its_place()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var nobody = server.Client();
        using var content = new MultipartFormDataContent
        {
            { new ByteArrayContent(Encoding.Latin1.GetBytes("[local]\ntype = \"file_system\"\nread_secret = \"gr\u00fcn\"\n")), "config" },
            { new StringContent("# none\n"), "admin_secret" },
        };

        using var pairs = new StringContent("config=%5Blocal%5D%0Atype+%3D+%22file_system%22%0Aread_secret+%3D+%22gr%FCn%22&admin_secret=");
        pairs.Headers.ContentType = new("application/x-www-form-urlencoded");

        foreach (var form in new HttpContent[] { content, pairs })
        {
            Assert.StartsWith("config.toml:3:18: ", (await Answer.ReadAsync(await nobody.PostAsync("/initialize/", form))).With(400).Text, StringComparison.Ordinal);
        }
    }

    private static async Task<int> ReadAsync(HttpClient reader, CancellationToken until)
    {
        var count = 0;
        for (; !until.IsCancellationRequested; count++)
        {
            (await reader.AskAsync("/simple/")).With(200);
        }

        return count;
    }
}
