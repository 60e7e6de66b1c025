using PyWharf.Integration.Support;

namespace PyWharf.Integration.Sync;

/// <summary>The metadata of wheels that came without an upload, and of wheels that are changed behind the server's back.</summary>
public sealed class CoreMetadataFillTests : IDisposable
{
    private const string Config = ServerFixture.Config + "sync_index_interval = 1\n";

    private static readonly DateTime LongAgo = new(2020, 2, 2, 0, 0, 0, DateTimeKind.Utc);

    private readonly TempFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_storage_that_others_filled_gets_it_by_itself_and_keeps_it()
    {
        var bare = Wheels.Build("bare", "1.0+local.1");
        var original = Wheels.Build("of.the.original", "1.0", requiresPython: ">=3.8");
        var broken = bare with { Filename = "bare-2.0-py3-none-any.whl", Content = [.. "PK no zip"u8] };
        Put(bare);
        Put(broken);
        Put(Sdists.Build("bare", "1.0"));
        Put(original);
        await File.WriteAllTextAsync($"{At(original)}.meta", $"""
            name = "of.the.original"
            version = "1.0"
            requires_python = ">=3.8"
            metadata_version = "2.1"
            distrib = "of-the-original"
            sha256 = "{original.Sha256}"
            """);

        string page;
        using (var server = await PyWharfProcess.StartAsync(_root.Path, Config))
        {
            using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
            await Eventually.HoldsAsync(() => ServesAsync(reader, bare));
            await Eventually.HoldsAsync(() => ServesAsync(reader, original));

            Assert.Equal([(bare.Filename, bare.MetadataSha256)], await reader.MetadataDigestsAsync("bare"));
            Assert.Equal(3, (await reader.FilenamesAsync("bare")).Count);
            page = (await reader.AskAsync("/simple/bare/", ("Accept", Requests.Json))).With(200).Text;
            Assert.Equal(0, await server.TerminateAsync());
        }

        using var restarted = await PyWharfProcess.StartAsync(_root.Path, Config);
        using var again = restarted.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

        Assert.Equal(page, (await again.AskAsync("/simple/bare/", ("Accept", Requests.Json))).With(200).Text);
        Assert.Equal(bare.Metadata, (await again.AskAsync($"/simple/bare/{bare.Filename}.metadata")).With(200).Bytes);
    }

    [Fact]
    public async Task What_is_taken_out_of_the_cache_or_spoilt_in_it_is_read_from_the_wheel_again()
    {
        var wheel = Wheels.Build("cached", "1.0");
        var cache = _root.At("index", ServerFixture.Repository, "metadata");
        using (var server = await PyWharfProcess.StartAsync(_root.Path, Config))
        {
            using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
            await writer.PublishAsync(wheel);
            await AssertIsSentAsync(server);

            // From memory.
            Directory.Delete(cache, recursive: true);
            await AssertIsSentAsync(server);
        }

        using (var without = await PyWharfProcess.StartAsync(_root.Path, Config))
        {
            await AssertIsSentAsync(without);
        }

        await File.WriteAllTextAsync(Assert.Single(Directory.GetFiles(cache, "*", SearchOption.AllDirectories)), "Metadata-Vers");
        using var spoilt = await PyWharfProcess.StartAsync(_root.Path, Config);
        await AssertIsSentAsync(spoilt);

        async Task AssertIsSentAsync(PyWharfProcess server)
        {
            using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
            Assert.Equal(wheel.Metadata, (await reader.AskAsync($"/simple/cached/{wheel.Filename}.metadata")).With(200).Bytes);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wheel_that_is_replaced_never_shows_the_metadata_of_another(bool uploaded)
    {
        var (before, after) = (
            Wheels.Build("replaced", "1.0"),
            Wheels.Build("replaced", "1.0", metadata: [.. "Metadata-Version: 2.1\nName: replaced\nVersion: 1.0\nSummary: Another\n"u8]));
        if (!uploaded)
        {
            Put(before);
        }

        using var server = await PyWharfProcess.StartAsync(_root.Path, Config);
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        if (uploaded)
        {
            await client.PublishAsync(before);
        }

        await Eventually.HoldsAsync(() => ServesAsync(client, before));

        // As a careful program replaces a file: another one, under its name.
        File.Replace(after.WriteTo(_root.At("elsewhere")), At(before), destinationBackupFileName: null);

        await Eventually.HoldsAsync(async () =>
        {
            var (file, metadata) = await ListedAsync(client, before);
            Assert.Contains(metadata, file == after.Sha256 ? new[] { null, after.MetadataSha256 } : [before.MetadataSha256]);

            return (file, metadata) == (after.Sha256, after.MetadataSha256);
        }, TimeSpan.FromSeconds(30));
        Assert.Equal(after.Metadata, (await client.AskAsync($"/simple/replaced/{after.Filename}.metadata")).With(200).Bytes);
        Assert.Equal(after.Content, (await client.AskAsync($"/simple/replaced/{after.Filename}")).With(200).Bytes);
    }

    private string At(Distribution file) => _root.At("cache", ServerFixture.Repository, "storage", ProjectOf(file), file.Filename);

    /// <summary>Puts a file into the storage as if it had lain there for long.</summary>
    private void Put(Distribution file) => File.SetLastWriteTimeUtc(file.WriteTo(Path.GetDirectoryName(At(file)) ?? ""), LongAgo);

    /// <summary>The digests that a page has of a wheel and, where it is advertised, of its metadata.</summary>
    private static async Task<(string Sha256, string? MetadataSha256)> ListedAsync(HttpClient client, Distribution wheel)
    {
        var file = (await client.ProjectAsync(ProjectOf(wheel))).GetProperty("files").EnumerateArray()
            .Single(file => file.GetProperty("filename").GetString() == wheel.Filename);
        var metadata = file.TryGetProperty("core-metadata", out var link) ? link.GetProperty("sha256").GetString() : null;

        return (file.GetProperty("hashes").GetProperty("sha256").GetString() ?? "", metadata);
    }

    /// <summary>Whether a page advertises the metadata of a wheel, which then must be there.</summary>
    private static async Task<bool> ServesAsync(HttpClient client, Distribution wheel)
    {
        if ((await client.FilenamesAsync(ProjectOf(wheel))).Count == 0 || (await ListedAsync(client, wheel)).MetadataSha256 is not { } advertised)
        {
            return false;
        }

        Assert.Equal(wheel.MetadataSha256, advertised);
        Assert.Equal(wheel.Metadata, (await client.AskAsync($"/simple/{ProjectOf(wheel)}/{Uri.EscapeDataString(wheel.Filename)}.metadata")).With(200).Bytes);

        return true;
    }

    private static string ProjectOf(Distribution file) => file.Name.Replace('.', '-');
}
