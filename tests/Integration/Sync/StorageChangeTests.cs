using System.Globalization;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Sync;

/// <summary>What a person, or another program, does to the storage behind the server's back.</summary>
public sealed class StorageChangeTests : IDisposable
{
    private const string Config = ServerFixture.Config + "sync_index_interval = 1\n";

    private readonly TempFolder _root = new();

    private string Storage => _root.At("cache", ServerFixture.Repository, "storage");

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_file_that_is_dropped_in_is_listed_and_one_that_is_taken_away_is_not()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, Config);
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var (uploaded, dropped) = (Wheels.Build("changed", "1.0"), Wheels.Build("changed", "2.0", requiresPython: ">=3.9"));
        (await client.UploadAsync(uploaded)).With(200);

        dropped.WriteTo(Path.Combine(Storage, "changed"));
        Wheels.Build("Whole.Project", "1.0").WriteTo(Path.Combine(Storage, "Whole.Project"));
        await Eventually.HoldsAsync(async () => (await client.FilenamesAsync("changed")).Count == 2);
        await Eventually.HoldsAsync(async () => (await client.FilenamesAsync("whole-project")).Count == 1);

        var file = (await client.ProjectAsync("changed")).GetProperty("files")[1];
        Assert.Equal(dropped.Sha256, file.GetProperty("hashes").GetProperty("sha256").GetString());
        Assert.Equal(">=3.9", file.GetProperty("requires-python").GetString());
        Assert.Equal(dropped.Content, (await client.AskAsync($"/simple/changed/{dropped.Filename}")).With(200).Bytes);

        File.Delete(Path.Combine(Storage, "changed", uploaded.Filename));
        Directory.Delete(Path.Combine(Storage, "Whole.Project"), recursive: true);
        (await client.AskAsync($"/simple/changed/{uploaded.Filename}")).With(404);
        await Eventually.HoldsAsync(async () => (await client.FilenamesAsync("changed")).Count == 1);
        await Eventually.HoldsAsync(async () => (await client.AskAsync("/simple/whole-project/")).Status == 404);
        Assert.DoesNotContain("whole-project", (await client.AskAsync("/simple/")).With(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_finds_what_no_look_at_the_storage_has_found_yet()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var dropped = Wheels.Build("unseen", "1.0");
        dropped.WriteTo(Path.Combine(Storage, "unseen"));

        (await client.UploadAsync(Wheels.Build("unseen", "1.0", payload: 10))).With(409);
        (await client.UploadAsync(dropped)).With(200);

        Assert.Equal(dropped.Content, (await client.AskAsync($"/simple/unseen/{dropped.Filename}")).With(200).Bytes);
    }

    [Fact]
    public async Task Pages_are_the_same_after_a_restart_upload_times_included()
    {
        string html, json;
        using (var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config))
        {
            using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
            (await client.UploadAsync(Wheels.Build("restarted", "1.0"))).With(200);
            (await client.UploadAsync(Sdists.Build("restarted", "1.0"))).With(200);
            json = (await client.AskAsync("/simple/restarted/", ("Accept", Requests.Json))).With(200).ToString();
            html = (await client.AskAsync("/simple/restarted/")).With(200).ToString();

            Assert.Equal(0, await server.TerminateAsync());
        }

        using var restarted = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        using var again = restarted.Client(ServerFixture.Repository, ServerFixture.WriteSecret);

        Assert.Equal(WithoutChance(json), WithoutChance((await again.AskAsync("/simple/restarted/", ("Accept", Requests.Json))).ToString()));
        Assert.Equal(WithoutChance(html), WithoutChance((await again.AskAsync("/simple/restarted/")).ToString()));
    }

    [Fact]
    public async Task The_time_of_the_index_is_that_of_its_last_change()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, Config);
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var start = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        (await client.UploadAsync(Wheels.Build("timed", "1.0"))).With(200);
        var answer = (await client.AskAsync("/index_mtime/")).With(200);
        var time = long.Parse(answer.Text, CultureInfo.InvariantCulture);

        Assert.Equal("text/plain", answer["Content-Type"]);
        Assert.InRange(time, start, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        Assert.Equal(answer.Text, (await client.AskAsync("/index_mtime")).With(200).Text);

        await Eventually.HoldsAsync(async () =>
        {
            (await client.UploadAsync(Wheels.Build("timed", $"2.{Guid.NewGuid().GetHashCode() & 0xFFFFFF}"))).With(200);

            return long.Parse((await client.AskAsync("/local/index_mtime/")).With(200).Text, CultureInfo.InvariantCulture) > time;
        });
    }

    /// <summary>Without what differs from answer to answer.</summary>
    private static string WithoutChance(string answer) => string.Join(
        '\n', answer.Split('\n').Where(line => !line.StartsWith("Date:", StringComparison.Ordinal) && !line.StartsWith("X-Request-ID:", StringComparison.Ordinal)));
}
