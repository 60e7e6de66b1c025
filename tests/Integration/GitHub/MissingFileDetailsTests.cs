using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

public sealed class MissingFileDetailsTests : IAsyncLifetime
{
    private IndexedRepository _pypi = null!; // set before each test

    public async Task InitializeAsync() => _pypi = await IndexedRepository.CreateAsync();

    public async Task DisposeAsync() => await _pypi.DisposeAsync();

    [Fact]
    public async Task Sizes_and_times_of_all_files_are_found_in_one_walk()
    {
        var server = await ServerAsync([.. Enumerable.Range(1, 120).Select(size => _pypi.Publish($"p{size}", size))]);
        _pypi.GitHub.Log.Clear();

        Assert.Equal(120, await FillAsync(server));

        Assert.Equal(2, _pypi.GitHub.Log.All.Count);
        Assert.Equal((7L, _pypi.Repository.Releases[6].PublishedAt), (server["p7"].File.Size, Whole(server["p7"].File.UploadedAt)));
        Assert.DoesNotContain(server.Files, file => file.File.Size is null || file.File.UploadedAt is null);
        Assert.NotNull(await server.Catalog.GetFieldsAsync("p7-1.0-py3-none-any.whl"));

        // An index made before does not show it.
        Assert.Equal(120, (await server.Catalog.ReadChangesAsync(1))?.Published.Count);

        DateTimeOffset? Whole(DateTimeOffset? time) => time is null ? null : _pypi.Repository.Releases[6].PublishedAt is { } published
            && Math.Abs((published - time.Value).TotalSeconds) < 1 ? published : time;
    }

    [Fact]
    public async Task Where_nothing_is_lacking_nothing_is_asked()
    {
        var server = await ServerAsync(_pypi.Publish("a"));
        await FillAsync(server);
        _pypi.GitHub.Log.Clear();

        Assert.Equal(0, await FillAsync(server));
        Assert.Empty(_pypi.GitHub.Log.All);
    }

    [Fact]
    public async Task The_walk_ends_where_everything_is_found()
    {
        var packages = Enumerable.Range(0, 150).Select(number => _pypi.Publish($"p{number}")).ToList();
        var server = await ServerAsync(packages[^1]);
        _pypi.GitHub.Log.Clear();

        Assert.Equal(1, await FillAsync(server));
        Assert.Single(_pypi.GitHub.Log.All);
    }

    [Fact]
    public async Task What_is_not_listed_is_asked_for_again_only_after_an_hour()
    {
        var a = _pypi.Publish("a");
        _pypi.ReleaseOf(a).HiddenReads = 1;
        var server = await ServerAsync(a);

        Assert.Equal(0, await FillAsync(server));
        _pypi.GitHub.Log.Clear();
        Assert.Equal(0, await FillAsync(server));
        Assert.Empty(_pypi.GitHub.Log.All);

        _pypi.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, await FillAsync(server));
    }

    [Fact]
    public async Task A_time_that_is_known_never_changes()
    {
        var server = await ServerAsync(_pypi.Publish("a", 3, new KeyValuePair<string, string>("upload_time", "2020-01-02T03:04:05.000000Z")));

        Assert.Equal(1, await FillAsync(server));

        Assert.Equal((3L, new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero)), (server["a"].File.Size, server["a"].File.UploadedAt));
    }

    [Fact]
    public async Task Without_GitHub_it_fails_and_what_was_found_stays()
    {
        var server = await ServerAsync(_pypi.Publish("a"));
        _pypi.GitHub.Faults.Chaos(seed: 1, rate: 1, mostInARow: int.MaxValue);

        Assert.Equal(FailureKind.Unavailable, (await server.Measures.FillFromReleasesAsync(_pypi.Token, default)).Failure?.Kind);

        _pypi.GitHub.Faults.Stop();
        Assert.Equal(1, await FillAsync(server));
    }

    private async Task<IndexServer> ServerAsync(params IEnumerable<IndexedPackage> packages)
    {
        _pypi.WriteIndex(packages);
        var server = _pypi.Server();
        Assert.Null((await server.Sync.SyncAsync(_pypi.Token, default)).Failure);

        return server;
    }

    private async Task<int> FillAsync(IndexServer server) => (await server.Measures.FillFromReleasesAsync(_pypi.Token, default)).Value;
}
