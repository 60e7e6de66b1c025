using PyWharf.Integration.Support;

namespace PyWharf.Integration;

/// <summary>What the original was seen to get wrong, and the tests that show it gone; those below have no better place.</summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>The original</term><description>Shown gone by</description></listheader>
/// <item><term>an acknowledged upload missing from the index</term><description>ConcurrentUploadTests.Every_upload_that_was_acknowledged_is_listed…</description></item>
/// <item><term>uploads invisible until the next sync</term><description>UploadTests.The_very_next_request_sees_the_upload_on_every_page</description></item>
/// <item><term>an empty index.toml stops the start</term><description>An_empty_index_file_of_the_original_does_no_harm</description></item>
/// <item><term>SIGTERM leaves redis and a worker behind; redis open to all</term><description>ShutdownTests.An_upload_under_way_is_finished_and_stays</description></item>
/// <item><term>temporary files never deleted, a lock file per name</term><description>Uploads_leave_nothing_but_what_was_uploaded</description></item>
/// <item><term>/initialize/ without authentication, config.toml of mode 0644</term><description>InitializeTests</description></item>
/// <item><term>file names joined to paths</term><description>UploadRefusalTests.A_file_name_that_is_hostile_or_none_of_ours_is_400</description></item>
/// <item><term>form fields distrib and sha256 trusted</term><description>UploadTests.Fields_of_ours_that_a_client_makes_up_are_ignored</description></item>
/// <item><term>sha256_digest never compared</term><description>UploadRefusalTests.A_form_with_something_wrong_is_400</description></item>
/// <item><term>x-1.0.tar.gz and x-1.0.zip: every page 404</term><description>Two_formats_of_one_version_live_side_by_side</description></item>
/// <item><term>stored XSS by file name and distrib</term><description>UploadRefusalTests, FileSystemBackendTests.Names_that_are_no_distribution_files_are_not_listed, HtmlPageTests</description></item>
/// <item><term>reflected XSS by project and user name</term><description>RequestTargetTests.Markup_in_…_never_becomes_a_page</description></item>
/// <item><term>open redirect after the login, secret not checked there</term><description>LoginTests.Nobody_is_led_to_another_site, LoginTests.A_wrong_secret_gives_no_session</description></item>
/// <item><term>the secret in the cookie, which has no flags</term><description>SessionTests, ProxyTests.Cookies_are_secure_behind_tls</description></item>
/// <item><term>authentication by User-Agent</term><description>AccessTests.The_user_agent_decides_nothing</description></item>
/// <item><term>401 without WWW-Authenticate</term><description>AccessTests.Anything_else_is_401_and_is_asked_for_a_password</description></item>
/// <item><term>/local_file/ without credentials, links that die</term><description>DownloadTests.A_file_needs_a_secret_as_its_page_does, A_link_to_a_file_outlives_the_process</description></item>
/// <item><term>500 without Content-Type or name; doc_upload, .txt and .exe accepted</term><description>UploadRefusalTests</description></item>
/// <item><term>tracebacks sent to clients</term><description>UploadRefusalTests (each refusal is one line), SimplePageTests.What_is_not_there_is_404_in_one_short_line</description></item>
/// <item><term>/simple/Good/ not redirected; no ETag, gzip, JSON, data-requires-python</term><description>SimplePageTests, ConditionalRequestTests, NegotiationTests</description></item>
/// <item><term>secrets compared in a time that tells</term><description>SecretTests (unit)</description></item>
/// <item><term>max_file_bytes read by nothing</term><description>UploadConnectionTests.A_file_of_exactly_the_limit_is_accepted_and_one_more_byte_is_413</description></item>
/// <item><term>names that exist here asked upstream; no timeout</term><description>UpstreamFallbackTests.A_project_that_is_here_is_never_asked_for_nor_mixed, UpstreamIndexTests (unit)</description></item>
/// <item><term>a sync that copies nothing and reports success</term><description>StorageChangeTests, ProcessesOnOneRootTests</description></item>
/// <item><term>a lock object per secret tried, kept for ever</term><description>Secrets_that_are_tried_leave_nothing_behind</description></item>
/// <item><term>only the first of repeated fields is kept</term><description>wanted, for the original to read it: UploadTests.The_form_is_kept_beside_the_file_as_the_original_kept_it</description></item>
/// <item><term>errors and seconds per page after the first change of the index</term><description>Pages_go_on_being_answered_after_the_index_changed</description></item>
/// </list>
/// </remarks>
public sealed class OriginalFailingsTests : IDisposable
{
    private readonly TempFolder _root = new();

    private string Storage => Path.Combine(_root.Path, "cache", ServerFixture.Repository, "storage");

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task An_empty_index_file_of_the_original_does_no_harm()
    {
        Wheels.Build("old", "1.0").WriteTo(Path.Combine(Storage, "old"));
        await File.WriteAllBytesAsync(_root.At("index", ServerFixture.Repository, "index.toml"), []);
        await File.WriteAllBytesAsync(Path.Combine(Storage, "index.toml"), []);

        using var server = await StartAsync();
        using var client = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

        await Eventually.HoldsAsync(async () => (await client.AskAsync("/simple/old/")).Status == 200);
    }

    [Fact]
    public async Task Two_formats_of_one_version_that_are_stored_live_side_by_side()
    {
        foreach (var sdist in new[] { Sdists.Build("twin", "1.0"), Sdists.Build("twin", "1.0", zip: true) })
        {
            sdist.WriteTo(Path.Combine(Storage, "twin"));
            await File.WriteAllTextAsync(Path.Combine(Storage, "twin", $"{sdist.Filename}.meta"), $"distrib = \"twin\"\nsha256 = \"{sdist.Sha256}\"\n");
        }

        foreach (var _ in (bool[])[false, true])
        {
            using var server = await StartAsync();
            using var client = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

            await Eventually.HoldsAsync(async () => (await client.AskAsync("/simple/twin/")).Status == 200);
            Assert.Equal(["twin-1.0.tar.gz", "twin-1.0.zip"], await client.FilenamesAsync("twin"));
        }
    }

    [Fact]
    public async Task Uploads_leave_nothing_but_what_was_uploaded()
    {
        using var server = await StartAsync();
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var wheels = Enumerable.Range(0, 25).Select(number => Wheels.Build($"project-{number}", "1.0")).ToList();
        foreach (var (number, wheel) in wheels.Index())
        {
            (await client.UploadAsync(wheel)).With(200);
            (await client.UploadAsync(ClientForm.LikeTwine(Wheels.Build($"refused-{number}", "1.0")).With("sha256_digest", new string('0', 64)))).With(400);
        }

        var index = Path.Combine("index", ServerFixture.Repository);
        var uploaded = wheels.Select(wheel => Path.Combine(Storage, wheel.Name, wheel.Filename)).ToList();
        var documents = wheels.Select(wheel => Path.Combine(_root.Path, index, "metadata", wheel.MetadataSha256[..2], wheel.MetadataSha256)).ToList();
        var others = Directory.EnumerateFiles(_root.Path, "*", SearchOption.AllDirectories)
            .Except(uploaded.SelectMany(path => new[] { path, path + ".meta" }))
            .Except(documents)
            .Select(path => Path.GetRelativePath(_root.Path, path))
            .Where(path => !path.StartsWith(Path.Combine(index, "catalog."), StringComparison.Ordinal))
            .ToList();

        Assert.All(uploaded.Concat(documents), path => Assert.True(File.Exists(path), path));
        Assert.Contains("config.toml", others);
        Assert.True(others.Remove(Path.Combine("job", ".configuration_path")));
        Assert.Equal(3, others.RemoveAll(path => path.StartsWith(Path.Combine("log", "audit."), StringComparison.Ordinal)));
        Assert.InRange(others.Count(path => path.StartsWith("lock", StringComparison.Ordinal)), 1, 64);
        Assert.All(others, path => Assert.True(path == "config.toml" || path.StartsWith("lock", StringComparison.Ordinal), path));
    }

    [Fact]
    public async Task A_link_to_a_file_outlives_the_process()
    {
        var wheel = Wheels.Build("linked", "1.0");
        string link;
        using (var server = await StartAsync())
        {
            using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
            (await client.UploadAsync(wheel)).With(200);
            link = "/simple/linked/" + Assert.Single(IndexAnchor.AllOf((await client.AskAsync("/simple/linked/")).With(200).Text)).Path;
        }

        using var restarted = await StartAsync();
        using var again = restarted.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

        Assert.Equal(wheel.Content, (await again.AskAsync(link)).With(200).Bytes);
    }

    [Fact]
    public async Task Secrets_that_are_tried_leave_nothing_behind()
    {
        const int Tries = 2_000;
        const int Length = 12_000;
        using var server = await StartAsync();
        using var client = server.Client();
        await TryAsync(client, 300, Length);
        var before = server.MemoryBytes;

        await TryAsync(client, Tries, Length);

        // Kept as text, they alone would take all of this.
        Assert.InRange(server.MemoryBytes - before, long.MinValue, 2L * Tries * Length);
    }

    [Fact]
    public async Task Pages_go_on_being_answered_after_the_index_changed()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config + "sync_index_interval = 1\n");
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        foreach (var number in Enumerable.Range(0, 10))
        {
            (await client.UploadAsync(Wheels.Build($"stormy-{number}", "1.0"))).With(200);
        }

        Wheels.Build("stormy-0", "2.0").WriteTo(Path.Combine(Storage, "stormy-0"));
        await Eventually.HoldsAsync(async () => (await client.FilenamesAsync("stormy-0")).Count == 2);

        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, _) =>
            (await client.AskAsync(number % 7 == 0 ? "/simple/" : $"/simple/stormy-{number % 10}/")).With(200));
    }

    private Task<PyWharfProcess> StartAsync() => PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);

    private static async Task TryAsync(HttpClient client, int tries, int length)
    {
        foreach (var number in Enumerable.Range(0, tries))
        {
            (await client.AskAsync("/simple/", ("Authorization", $"Bearer {number:D8}{new string('x', length - 8)}"))).With(401);
        }
    }
}
