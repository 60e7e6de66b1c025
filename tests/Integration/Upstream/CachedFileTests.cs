using System.Security.Cryptography;
using System.Text;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.PyPi;

namespace PyWharf.Integration.Upstream;

/// <summary>Files of an upstream index in mode <c>cache</c>: right, or an honest failure, whatever upstream does.</summary>
public sealed class CachedFileTests(CacheServer running) : IClassFixture<CacheServer>, IDisposable
{
    private const int Large = 2_000_000;

    private readonly HttpClient _reader = running.Reader();

    public static TheoryData<string, int> Faults => new()
    {
        { "other bytes", 502 },
        { "short", 502 },
        { "long", 502 },
        { "404", 404 },
        { "410", 404 },
        { "401", 502 },
        { "403", 502 },
        { "418", 502 },
        { "500", 503 },
        { "503", 503 },
        { "abort", 503 },
        { "redirect loop", 502 },
        { "redirect to a private address", 502 },
        { "redirect to the metadata of a cloud", 502 },
        { "redirect to a file", 502 },
    };

    public void Dispose() => _reader.Dispose();

    [Fact]
    public async Task A_file_is_fetched_once_and_served_as_one_of_our_own()
    {
        var (file, here, there) = running.Offer("once");

        var page = await _reader.ProjectAsync("once");
        var first = (await _reader.AskAsync(here)).With(200);
        var part = (await _reader.AskAsync(here, ("Range", "bytes=10-19"))).With(206);
        var head = (await _reader.AskAsync(HttpMethod.Head, here)).With(200);
        (await _reader.AskAsync(here, ("If-None-Match", $"\"{CacheServer.Digest(file.Content)}\""))).With(304);

        Assert.Equal(file.Filename, Assert.Single(page.GetProperty("files").EnumerateArray()).GetProperty("url").GetString());
        Assert.Equal(file.Content, first.Bytes);
        Assert.Equal(file.Content[10..20], part.Bytes);
        Assert.Equal($"{file.Content.Length}", head["Content-Length"]);
        Assert.Equal($"\"{CacheServer.Digest(file.Content)}\"", first["ETag"]);
        Assert.Equal("Thu, 02 Jan 2020 03:04:05 GMT", first["Last-Modified"]);
        Assert.Equal(1, running.Upstream.CountOf(there));
        Assert.True(running.Keeps(file));
    }

    [Fact]
    public async Task A_large_file_is_sent_while_it_arrives_with_ranges_and_once_for_all()
    {
        var (file, here, there) = running.Offer("arriving", Large);
        var goOn = new TaskCompletionSource();
        running.Upstream.Fail(there, FakeFaults.PauseAfter(1_000_000, goOn.Task));

        using var answer = await _reader.GetAsync(new Uri(here, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var begin = new byte[600_000];
        await body.ReadExactlyAsync(begin);
        var part = (await _reader.AskAsync(here, ("Range", "bytes=100-299"))).With(206);
        (await _reader.AskAsync(HttpMethod.Head, here)).With(200);
        goOn.SetResult();
        using var rest = new MemoryStream();
        await body.CopyToAsync(rest);

        Assert.Equal(file.Content[100..300], part.Bytes);
        Assert.Equal(file.Content, (byte[])[.. begin, .. rest.ToArray()]);
        Assert.Equal(1, running.Upstream.CountOf(there));
    }

    [Fact]
    public async Task Hundreds_of_first_requests_make_one_upstream()
    {
        var (file, here, there) = running.Offer("crowd", Large);

        var digests = await Task.WhenAll(Enumerable.Range(0, 300).Select(async _ => CacheServer.Digest((await _reader.AskAsync(here)).With(200).Bytes)));

        Assert.All(digests, digest => Assert.Equal(CacheServer.Digest(file.Content), digest));
        Assert.Equal(1, running.Upstream.CountOf(there));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task What_upstream_does_wrong_is_told_and_nothing_of_it_is_kept(string fault, int status)
    {
        var (file, here, there) = running.Offer($"wrong-{fault.Replace(' ', '-')}");
        running.Upstream.FailAlways(there, FaultOf(fault, there));

        var answer = (await _reader.AskAsync(here)).With(status);
        Assert.DoesNotContain("simple/", answer.Text, StringComparison.Ordinal);
        Assert.False(running.Keeps(file));

        running.Upstream.Mend(there);
        Assert.Equal(file.Content, (await _reader.AskAsync(here)).With(200).Bytes);
    }

    [Fact]
    public async Task Who_is_asked_to_wait_tells_its_clients_and_does_not_ask_again_itself()
    {
        var (_, here, there) = running.Offer("patience");
        running.Upstream.FailAlways(there, FakeFaults.Status(429, "7"));

        Assert.Equal("7", (await _reader.AskAsync(here)).With(503)["Retry-After"]);
        Assert.Equal(1, running.Upstream.CountOf(there));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_upstream_breaks_off_it_is_asked_for_the_rest(bool knowsRanges)
    {
        var (file, here, there) = running.Offer($"broken-{knowsRanges}".ToLowerInvariant(), Large);
        running.Upstream.Fail(there, FakeFaults.CutAfter(700_000));
        if (!knowsRanges)
        {
            running.Upstream.Fail(there, FakeFaults.WithoutRanges);
        }

        Assert.Equal(file.Content, (await _reader.AskAsync(here)).With(200).Bytes);
        Assert.Equal(2, running.Upstream.CountOf(there));
    }

    [Fact]
    public async Task A_large_file_that_turns_out_wrong_at_its_end_is_broken_off()
    {
        var (file, here, there) = running.Offer("wrong-end", Large, WrongHash);
        var goOn = new TaskCompletionSource();
        running.Upstream.FailAlways(there, FakeFaults.PauseAfter(1_000_000, goOn.Task));

        using var answer = await _reader.GetAsync(new Uri(here, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(file.Content.Length, answer.Content.Headers.ContentLength);
        goOn.SetResult();
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsByteArrayAsync());
        Assert.False(running.Keeps(file));
    }

    [Fact]
    public async Task A_file_of_unknown_length_is_streamed_and_broken_off_where_it_is_wrong()
    {
        var (file, here, there) = running.Offer("unsized", Large, file => file with { Size = null });
        running.Upstream.Fail(there, FakeFaults.WithoutLength);
        Assert.Equal(file.Content, (await _reader.AskAsync(here)).With(200).Bytes);

        var (_, hereToo, thereToo) = running.Offer("unsized-wrong", Large, file => WrongHash(file) with { Size = null });
        var goOn = new TaskCompletionSource();
        running.Upstream.FailAlways(thereToo, FakeFaults.PauseAfter(1_000_000, goOn.Task, hasLength: false));
        using var broken = await _reader.GetAsync(new Uri(hereToo, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Null(broken.Content.Headers.ContentLength);
        goOn.SetResult();
        await Assert.ThrowsAnyAsync<Exception>(() => broken.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Over_HTTP_1_0_a_file_of_unknown_length_is_sent_when_it_is_whole()
    {
        var (file, here, there) = running.Offer("unsized-old", Large, file => file with { Size = null });
        running.Upstream.Fail(there, FakeFaults.WithoutLength);
        var whole = await AskByHttp10Async(here);
        Assert.Equal(200, whole.Status);
        Assert.Contains($"Content-Length: {file.Content.Length}\r\n", whole.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(file.Content, whole.Body);

        var (_, hereToo, thereToo) = running.Offer("unsized-old-wrong", Large, file => WrongHash(file) with { Size = null });
        running.Upstream.FailAlways(thereToo, FakeFaults.WithoutLength);
        Assert.Equal(502, (await AskByHttp10Async(hereToo)).Status);
    }

    [Fact]
    public async Task Over_HTTP_1_0_a_file_of_known_length_is_broken_off_where_it_is_wrong()
    {
        var (file, here, there) = running.Offer("sized-old-wrong", Large, WrongHash);
        var goOn = new TaskCompletionSource();
        running.Upstream.FailAlways(there, FakeFaults.PauseAfter(1_000_000, goOn.Task));

        var broken = await AskByHttp10Async(here, hasBegun: goOn.SetResult);

        Assert.Contains($"Content-Length: {file.Content.Length}\r\n", broken.Head, StringComparison.OrdinalIgnoreCase);
        Assert.InRange(broken.Body.Length, 0, file.Content.Length - 1);
    }

    [Theory]
    [InlineData("md5")]
    [InlineData("sha512")]
    [InlineData("blake2b")]
    public async Task Another_digest_than_sha256_is_verified_too(string algorithm)
    {
        var content = RandomNumberGenerator.GetBytes(10_000);
        var hash = Convert.ToHexStringLower(algorithm switch
        {
            "md5" => CryptographicOperations.HashData(HashAlgorithmName.MD5, content),
            "sha512" => SHA512.HashData(content),
            _ => Blake2b(content),
        });
        var (file, here, there) = running.Offer($"by-{algorithm}", change: file => file with { Content = content, Size = content.Length, Hashes = new Dictionary<string, string> { [algorithm] = hash } });
        running.Upstream.Fail(there, FakeFaults.OtherBytes);

        (await _reader.AskAsync(here)).With(502);
        Assert.Equal(file.Content, (await _reader.AskAsync(here)).With(200).Bytes);
        Assert.Equal(file.Content, (await _reader.AskAsync(here)).With(200).Bytes);
        Assert.Equal(2, running.Upstream.CountOf(there));
    }

    [Theory]
    [InlineData("http://127.0.0.2/a-1.0-py3-none-any.whl")]
    [InlineData("http://0x7f000002/a-1.0-py3-none-any.whl")]
    [InlineData("http://[::1]/a-1.0-py3-none-any.whl")]
    [InlineData("http://[::ffff:127.0.0.2]/a-1.0-py3-none-any.whl")]
    [InlineData("http://10.1.2.3/a-1.0-py3-none-any.whl")]
    [InlineData("http://169.254.169.254/a-1.0-py3-none-any.whl")]
    public async Task A_link_into_our_own_network_is_not_followed(string url)
    {
        var (_, here, _) = running.Offer($"link-{Math.Abs(string.GetHashCode(url, StringComparison.Ordinal))}", change: file => file with { Url = url });

        Assert.Contains("private address", (await _reader.AskAsync(here)).With(502).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_has_the_digest_of_the_page_and_is_offered_only_where_upstream_offers_it()
    {
        var (file, here, there) = running.Offer("described");
        running.Upstream.Fail(there + ".metadata", FakeFaults.OtherBytes);
        var (_, bare, _) = running.Offer("undescribed", change: file => file with { Metadata = null });
        var (_, huge, _) = running.Offer("overdescribed", change: file => file with { Metadata = new byte[9 * 1024 * 1024] });

        (await _reader.AskAsync(here + ".metadata")).With(502);
        Assert.Equal(file.Metadata, (await _reader.AskAsync(here + ".metadata")).With(200).Bytes);
        Assert.Equal(file.Metadata, (await _reader.AskAsync(here + ".metadata")).With(200).Bytes);
        Assert.Equal(2, running.Upstream.CountOf(there + ".metadata"));
        (await _reader.AskAsync(bare + ".metadata")).With(404);
        (await _reader.AskAsync(huge + ".metadata")).With(502);
    }

    [Fact]
    public async Task A_cache_that_is_removed_is_filled_again()
    {
        var (file, here, there) = running.Offer("removed");
        (await _reader.AskAsync(here)).With(200);

        Directory.Delete(running.Folder, recursive: true);

        Assert.Equal(file.Content, (await _reader.AskAsync(here)).With(200).Bytes);
        Assert.Equal(2, running.Upstream.CountOf(there));
        Assert.True(running.Keeps(file));
    }

    [Fact]
    public async Task What_was_altered_on_disk_reaches_nobody_and_verify_tells_it()
    {
        var (file, here, _) = running.Offer("altered");
        (await _reader.AskAsync(here)).With(200);
        var path = Path.Combine(running.Folder, "files", CacheServer.Digest(file.Content));
        await File.WriteAllBytesAsync(path, [.. file.Content[..^1], (byte)~file.Content[^1]]);

        var verified = await PyWharfProcess.RunAsync(["verify", running.Root]);

        Assert.Equal(1, verified.ExitCode);
        Assert.Contains(path, verified.Stdout, StringComparison.Ordinal);
        Assert.Equal(file.Content, (await _reader.AskAsync(here)).With(200).Bytes);
        Assert.Equal(0, (await PyWharfProcess.RunAsync(["verify", running.Root])).ExitCode);
    }

    [FactWhen(Needs.Venv)]
    public async Task Pip_installs_from_here_alone()
    {
        using var user = new PythonUser();
        var dependency = FakeFile.Wheel("cached-dependency", "1.0");
        var wheel = Wheels.Build("cached-app", "1.0", metadata: "Metadata-Version: 2.1\nName: cached-app\nVersion: 1.0\nRequires-Dist: cached-dependency\n"u8.ToArray());
        running.Upstream.Put(new FakeProject("cached-dependency", dependency));
        running.Upstream.Put(new FakeProject("cached-app", new FakeFile(wheel.Filename, wheel.Content) { Metadata = wheel.Metadata }));
        var python = await user.CreateVenvAsync(PythonClients.Python ?? "");
        var index = running.Server.UrlFor("simple/", ServerFixture.Repository, ServerFixture.ReadSecret);

        for (var time = 0; time < 2; time++)
        {
            (await user.PipAsync(python, "install", "--no-cache-dir", "--force-reinstall", "--index-url", index, "cached-app")).Succeeded();
        }

        Assert.Equal(1, running.Upstream.CountOf($"/files/{dependency.Filename}"));
        Assert.Equal(1, running.Upstream.CountOf($"/files/{wheel.Filename}"));
    }

    private static FakeFile WrongHash(FakeFile file) => file with { Hashes = new Dictionary<string, string> { ["sha256"] = new('0', 64) } };

    private async Task<(int Status, string Head, byte[] Body)> AskByHttp10Async(string path, Action? hasBegun = null)
    {
        var request = $"GET {path} HTTP/1.0\r\nHost: localhost\r\nAuthorization: {PyWharfProcess.Basic(ServerFixture.Repository, ServerFixture.ReadSecret)}\r\n\r\n";
        var answer = await RawHttp.SendAsync(running.Server.BaseAddress, Encoding.ASCII.GetBytes(request), hasBegun: hasBegun);

        return (answer.Status, answer.Head, answer.Bytes[answer.Head.Length..]);
    }

    private static byte[] Blake2b(byte[] content)
    {
        var blake2b = new Domain.Blake2b(digestSize: 64);
        blake2b.Append(content);

        return blake2b.Finish();
    }

    private static FakeFault FaultOf(string fault, string there) => fault switch
    {
        "other bytes" => FakeFaults.OtherBytes,
        "short" => FakeFaults.Short(100),
        "long" => FakeFaults.Long(100),
        "abort" => FakeFaults.Abort,
        "redirect loop" => FakeFaults.Redirect(there),
        "redirect to a private address" => FakeFaults.Redirect("http://127.0.0.2/secret?token=simple/"),
        "redirect to the metadata of a cloud" => FakeFaults.Redirect("http://169.254.169.254/latest/meta-data/"),
        "redirect to a file" => FakeFaults.Redirect("file:///etc/passwd"),
        _ => FakeFaults.Status(int.Parse(fault, System.Globalization.CultureInfo.InvariantCulture)),
    };
}
