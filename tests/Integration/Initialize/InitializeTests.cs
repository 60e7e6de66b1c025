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

        (await InitializeAsync(nobody, ServerFixture.Config, "[broken")).With(400);
        (await reader.AskAsync("/simple/")).With(503);
        Assert.Equal("Done", (await InitializeAsync(nobody, ServerFixture.Config, Admin)).With(200).Text);
        (await reader.AskAsync("/simple/")).With(200);
        (await writer.UploadAsync(Wheels.Build("kept", "1.0"))).With(200);

        foreach (var client in new[] { nobody, reader, writer, server.Client("second", AdminSecret), server.Client(ServerFixture.Repository), server.Client("", AdminSecret) })
        {
            Assert.StartsWith("Basic realm=", (await InitializeAsync(client, OtherConfig, Admin)).With(401)["WWW-Authenticate"], StringComparison.Ordinal);
        }

        (await InitializeAsync(admin, OtherConfig, Admin)).With(200);

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
        (await InitializeAsync(reader, OtherConfig, Admin)).With(401);
        (await InitializeAsync(admin, OtherConfig, Admin)).With(200);
    }

    [Fact]
    public async Task A_bad_document_changes_nothing_and_a_good_one_swaps_without_a_gap()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        using var admin = server.Client(ServerFixture.Repository, AdminSecret);
        (await InitializeAsync(admin, ServerFixture.Config, Admin)).With(200);
        var kept = await File.ReadAllTextAsync(_root.At("config.toml"));

        using var done = new CancellationTokenSource();
        var reading = ReadAsync(reader, done.Token);
        foreach (var (config, adminSecret) in new (string?, string?)[]
        {
            ("[local", Admin), (OtherConfig, "[local"), (OtherConfig, null), (null, Admin), (null, null), ("\0", Admin), (OtherConfig, "\uFFFF"),
        })
        {
            (await InitializeAsync(admin, config, adminSecret)).With(400);
        }

        Assert.Equal(kept, await File.ReadAllTextAsync(_root.At("config.toml")));
        foreach (var _ in Enumerable.Range(0, 3))
        {
            (await InitializeAsync(admin, ServerFixture.Config + OtherConfig[OtherConfig.IndexOf("[second]", StringComparison.Ordinal)..], Admin)).With(200);
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

        (await InitializeAsync(nobody, ServerFixture.Config, Admin)).With(200);
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
            (await InitializeAsync(browser, ServerFixture.Config, Admin)).With(403);
        }

        (await InitializeAsync(nobody, ServerFixture.Config, Admin)).With(200);
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

        (await InitializeAsync(nobody, ServerFixture.Config, Admin)).With(401);
        (await InitializeAsync(admin, ServerFixture.Config, Admin)).With(401);
        (await InitializeAsync(whoever, ServerFixture.Config, Admin)).With(200);
        (await InitializeAsync(nobody, ServerFixture.Config, Admin)).With(401);
        (await InitializeAsync(bearer, ServerFixture.Config, Admin)).With(200);
        (await InitializeAsync(admin, ServerFixture.Config, Admin)).With(200);
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

        Assert.Contains("storage can't be used now", (await InitializeAsync(nobody, ServerFixture.Config, Admin)).With(503).Text, StringComparison.Ordinal);

        (await reader.AskAsync("/simple/")).With(503);
        Assert.Empty(Directory.GetDirectories(_root.At("job"), "initialize*"));
        Assert.False(File.Exists(_root.At("config.toml")));
        File.Delete(inTheWay);
        (await InitializeAsync(nobody, ServerFixture.Config, Admin)).With(200);
        (await reader.AskAsync("/simple/")).With(200);
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

    private static async Task<Answer> InitializeAsync(HttpClient client, string? config, string? adminSecret)
    {
        var fields = new Dictionary<string, string>();
        if (config is not null)
        {
            fields["config"] = config;
        }

        if (adminSecret is not null)
        {
            fields["admin_secret"] = adminSecret;
        }

        using var form = new FormUrlEncodedContent(fields);

        return await Answer.ReadAsync(await client.PostAsync("/initialize/", form));
    }
}
