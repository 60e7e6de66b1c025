using PyWharf.Integration.Support;

namespace PyWharf.Integration.Initialize;

/// <summary>Servers on one root folder, of which one is given a configuration, or the folder is.</summary>
public sealed class SeveralServersTests : IDisposable
{
    private const string AdminSecret = "adm1n";
    private const string Admin = $"[{ServerFixture.Repository}]\ntype = \"file_system\"\nraw = \"{AdminSecret}\"\n";
    private const string Stranger = "[local]\ntype = \"file_system\"\nread_secret = \"mine\"\nwrite_secret = \"mine\"\n";

    private static readonly string Next = ServerFixture.Config.Replace(ServerFixture.ReadSecret, "next-r3ad", StringComparison.Ordinal);

    private readonly TempFolder _root = new();

    [Fact]
    public async Task What_one_is_given_the_others_take_and_are_not_open_any_more()
    {
        using var first = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var second = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var nobody = first.Client();
        using var stranger = second.Client();
        using var reader = second.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

        (await nobody.InitializeAsync(ServerFixture.Config, Admin)).With(200);
        (await stranger.InitializeAsync(Stranger, Admin)).With(401);
        (await reader.AskAsync("/simple/")).With(200);

        using var admin = second.Client(ServerFixture.Repository, AdminSecret);
        using var next = first.Client(ServerFixture.Repository, "next-r3ad");
        (await admin.InitializeAsync(Next, Admin)).With(200);
        await Eventually.HoldsAsync(async () => (await next.AskAsync("/simple/")).Status == 200);
    }

    [Fact]
    public async Task A_server_without_configuration_takes_one_that_another_made_by_itself()
    {
        using var waiting = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var other = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var nobody = other.Client();
        using var reader = waiting.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

        (await nobody.InitializeAsync(ServerFixture.Config, Admin)).With(200);

        await Eventually.HoldsAsync(async () => (await reader.AskAsync("/simple/")).Status == 200);
    }

    [Fact]
    public async Task Of_strangers_at_several_servers_one_wins()
    {
        using var first = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var second = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var here = first.Client();
        using var there = second.Client();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? here : there).InitializeAsync(
            ServerFixture.Config.Replace(ServerFixture.ReadSecret, $"reader-{i}", StringComparison.Ordinal), Admin)));

        var winner = Assert.Single(Enumerable.Range(0, 8), i => answers[i].Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.With(401));
        foreach (var server in new[] { first, second })
        {
            using var reader = server.Client(ServerFixture.Repository, $"reader-{winner}");
            await Eventually.HoldsAsync(async () => (await reader.AskAsync("/simple/")).Status == 200);
        }
    }

    [Fact]
    public async Task A_configuration_that_an_operator_put_there_is_no_strangers_to_replace()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var stranger = server.Client();
        await File.WriteAllTextAsync(_root.At("config.toml"), "[broken");

        Assert.Contains("nothing was changed", (await stranger.InitializeAsync(Stranger, Admin)).With(503).Text, StringComparison.Ordinal);
        await Eventually.HoldsAsync("the log says what is wrong", () => server.Log.Contains("config.toml:1:8", StringComparison.Ordinal));
        Assert.Equal("[broken", await File.ReadAllTextAsync(_root.At("config.toml")));

        await File.WriteAllTextAsync(_root.At("config.toml"), ServerFixture.Config);
        (await stranger.InitializeAsync(Stranger, Admin)).With(401);
        using var reader = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        (await reader.AskAsync("/simple/")).With(200);
    }

    [Fact]
    public async Task What_was_changed_by_hand_is_not_overwritten_unseen()
    {
        await File.WriteAllTextAsync(_root.At("config.toml"), ServerFixture.Config);
        await File.WriteAllTextAsync(_root.At("admin_secret.toml"), Admin);
        using var server = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var admin = server.Client(ServerFixture.Repository, AdminSecret);
        await File.AppendAllTextAsync(_root.At("config.toml"), "# mine\n");

        Assert.Contains("changed by hand", (await admin.InitializeAsync(Next, Admin)).With(409).Text, StringComparison.Ordinal);
        Assert.EndsWith("# mine\n", await File.ReadAllTextAsync(_root.At("config.toml")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_goes_by_another_file_keeps_to_it_and_overwrites_nothing_that_came_later()
    {
        await File.WriteAllTextAsync(_root.At("own.toml"), ServerFixture.Config);
        await File.WriteAllTextAsync(_root.At("own_secret.toml"), Admin);
        using var own = await PyWharfProcess.StartAsync(_root.At("root"), config: null, $"--config={_root.At("own.toml")}", $"--admin_secret={_root.At("own_secret.toml")}");
        using var other = await PyWharfProcess.StartAsync(_root.At("root"), config: null);
        using var nobody = other.Client();
        using var admin = own.Client(ServerFixture.Repository, AdminSecret);
        using var reader = own.Client(ServerFixture.Repository, ServerFixture.ReadSecret);

        (await nobody.InitializeAsync(Next, Admin)).With(200);

        Assert.Contains("goes by --config", (await admin.InitializeAsync(Stranger, Admin)).With(409).Text, StringComparison.Ordinal);
        Assert.Equal(Next, await File.ReadAllTextAsync(_root.At("root", "config.toml")));
        (await reader.AskAsync("/simple/")).With(200);
    }

    [Fact]
    public async Task Starts_and_replacements_do_not_disturb_each_other()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, config: null);
        using var admin = server.Client(ServerFixture.Repository, AdminSecret);
        (await admin.InitializeAsync(ServerFixture.Config, Admin)).With(200);
        using var done = new CancellationTokenSource();
        var replacing = ReplaceAsync();

        foreach (var _ in Enumerable.Range(0, 4))
        {
            using var starting = await PyWharfProcess.StartAsync(_root.Path, config: null);
            using var reader = starting.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
            (await reader.AskAsync("/simple/")).With(200);
        }

        await done.CancelAsync();
        Assert.True(await replacing > 0);

        async Task<int> ReplaceAsync()
        {
            var count = 0;
            for (; !done.IsCancellationRequested; count++)
            {
                (await admin.InitializeAsync(ServerFixture.Config, Admin)).With(200);
            }

            return count;
        }
    }

    public void Dispose() => _root.Dispose();
}
