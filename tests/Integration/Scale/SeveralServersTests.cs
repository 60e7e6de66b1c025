using PyWharf.Integration.Crash;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.Scale;

/// <summary>Several servers on one database and one object store.</summary>
public sealed class SeveralServersTests
{
    private static readonly (int Rounds, int Kills, int Uploads) Size = Requirement.IsSoak ? (500, 20, 500) : (30, 2, 60);

    [FactWhen(Needs.PostgreSql, Needs.Ceph)]
    public async Task What_one_server_acknowledges_another_one_offers_in_the_next_request()
    {
        using var set = await ReplicaSet.StartAsync(3);
        HttpClient[] writers = [set.Writer(0), set.Writer(1), set.Writer(2)], readers = [set.Reader(0), set.Reader(1), set.Reader(2)];

        for (var i = 0; i < Size.Rounds; i++)
        {
            var wheel = Wheels.Build($"fresh{i}", "1.0");
            await writers[i % 3].PublishAsync(wheel);

            var file = Assert.Single(await readers[(i + 1) % 3].ReadFilesAsync(wheel.Name));
            Assert.Equal(wheel.Sha256, await readers[(i + 2) % 3].DownloadDigestAsync(file));
        }
    }

    [FactWhen(Needs.PostgreSql, Needs.Ceph)]
    public async Task A_change_of_a_page_that_is_there_shows_on_all_servers()
    {
        using var set = await ReplicaSet.StartAsync(3);
        using var writer = set.Writer(0);
        await writer.PublishAsync(Wheels.Build("page", "1.0"));
        using var reader = set.Reader(1);
        await reader.AssertOffersAsync("page", "page-1.0-py3-none-any.whl");

        await writer.PublishAsync(Wheels.Build("page", "2.0"));

        await Eventually.HoldsAsync(async () => (await reader.FilenamesAsync("page")).Count == 2);
    }

    [FactWhen(Needs.PostgreSql, Needs.Ceph)]
    public async Task Servers_that_are_killed_while_they_publish_lose_nothing_that_was_acknowledged()
    {
        using var set = await ReplicaSet.StartAsync(1);
        using var first = set.Writer(0);
        await first.PublishAsync(Wheels.Build("before", "1.0"));
        var acknowledged = new Dictionary<string, string>();

        for (var kill = 0; kill < Size.Kills; kill++)
        {
            var victim = await set.AddAsync();
            var place = set.Servers.Count - 1;
            var uploaders = new Uploaders([.. Enumerable.Range(0, 4).Select(_ => set.Writer(place))], $"kill{kill}");
            await uploaders.RunAsync(Size.Uploads / Size.Kills, count =>
            {
                if (count == 5 + kill % 7)
                {
                    victim.Send(PyWharfProcess.SigKill);
                }
            });
            foreach (var (name, sha256) in uploaders.Acknowledged)
            {
                acknowledged.Add(name, sha256);
            }
        }

        using var reader = set.Reader(0);
        var offered = await reader.ReadAllFilesAsync();
        foreach (var file in offered)
        {
            // What is listed is there, whole; also what was not acknowledged.
            Assert.Equal(file.Sha256, await reader.DownloadDigestAsync(file));
        }

        Assert.All(acknowledged, pair => Assert.Equal(pair.Value, offered.SingleOrDefault(file => file.Filename == pair.Key)?.Sha256));
        Assert.True(acknowledged.Count > Size.Kills);
    }

    [FactWhen(Needs.PostgreSql, Needs.Ceph)]
    public async Task While_the_database_is_away_pages_and_files_go_on_and_uploads_are_told_to_come_again()
    {
        using var engine = await PostgreSqlEngine.StartAsync();
        using var set = await ReplicaSet.StartAsync(2, await engine.CreateDatabaseAsync());
        using var writer = set.Writer(0);
        using var reader = set.Reader(1);
        await writer.PublishAsync(Wheels.Build("kept", "1.0"));
        var file = Assert.Single(await reader.ReadFilesAsync("kept"));

        await engine.KillAsync();

        var refused = await writer.UploadAsync(Wheels.Build("late", "1.0"));
        Assert.Equal(503, refused.Status);
        Assert.True(refused["Retry-After"] is not null, refused.ToString());
        Assert.Contains("database", refused.Text, StringComparison.Ordinal);
        Assert.Equal(file.Sha256, await reader.DownloadDigestAsync(file));
        Assert.Equal(404, (await reader.AskAsync("/simple/late/")).Status);
        Assert.Equal("kept", (await reader.AskAsync("/pypi/kept/json")).With(200).Json.GetProperty("info").GetProperty("name").GetString());
        await Eventually.HoldsAsync(async () =>
            (await reader.AskAsync("/health/ready")).With(200).Text.StartsWith("ready\ndegraded: The database", StringComparison.Ordinal));

        await engine.StartAgainAsync();

        await Eventually.HoldsAsync(async () => (await writer.UploadAsync(Wheels.Build("late", "1.0"))).Status == 200);
        await Eventually.HoldsAsync(async () => (await reader.AskAsync("/health/ready")).Text == "ready\n");
        Assert.Single(await reader.ReadFilesAsync("late"));
    }

    [FactWhen(Needs.PostgreSql, Needs.Ceph)]
    public async Task A_server_that_is_cut_off_from_the_database_leaves_its_balancer_where_the_operator_says_so()
    {
        await using var network = new CuttableProxy((await PostgreSqlEngine.SharedAsync()).Port);
        using var set = await ReplicaSet.StartAsync(1);
        var through = new UriBuilder(set.Database) { Port = network.Port }.Uri.AbsoluteUri;
        await set.AddAsync($"--database={through}", "--ready_max_index_age=2");
        using var writer = set.Writer(0);
        using var reader = set.Reader(1);
        await writer.PublishAsync(Wheels.Build("kept", "1.0"));
        await reader.AssertOffersAsync("kept", "kept-1.0-py3-none-any.whl");

        network.Cut();

        await Eventually.HoldsAsync(async () => (await reader.AskAsync("/health/ready")).Status == 503);
        await reader.AssertOffersAsync("kept", "kept-1.0-py3-none-any.whl");
        (await writer.AskAsync("/health/ready")).With(200);

        network.Mend();

        await Eventually.HoldsAsync(async () => (await reader.AskAsync("/health/ready")).Text == "ready\n");
    }

    [FactWhen(Needs.PostgreSql, Needs.Ceph)]
    public async Task While_the_object_store_is_away_pages_go_on_and_uploads_are_told_to_come_again()
    {
        await using var network = new CuttableProxy((await Ceph.OfThisRunAsync()).Url.Port);
        using var set = await ReplicaSet.StartAsync(1, store: new Uri($"http://127.0.0.1:{network.Port}"));
        using var writer = set.Writer(0);
        await writer.PublishAsync(Wheels.Build("kept", "1.0"));

        network.Cut();

        var refused = await writer.UploadAsync(Wheels.Build("late", "1.0"));
        Assert.Equal(503, refused.Status);
        Assert.True(refused["Retry-After"] is not null, refused.ToString());
        Assert.Single(await writer.ReadFilesAsync("kept"));
        Assert.Contains("degraded", (await writer.AskAsync("/health/ready")).With(200).Text, StringComparison.Ordinal);

        network.Mend();

        await Eventually.HoldsAsync(async () => (await writer.UploadAsync(Wheels.Build("late", "1.0"))).Status == 200);
    }
}
