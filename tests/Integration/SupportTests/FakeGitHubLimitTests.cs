using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.SupportTests;

public class FakeGitHubLimitTests : FakeGitHubTest
{
    [Fact]
    public async Task Each_answer_tells_what_is_left()
    {
        var first = await GetAsync("");
        var second = await GetAsync("/releases/0");

        Assert.Equal(("5000", "4999", "1", "core"), (first["X-RateLimit-Limit"], first["X-RateLimit-Remaining"], first["X-RateLimit-Used"], first["X-RateLimit-Resource"]));
        Assert.Equal("4998", second.With(404)["X-RateLimit-Remaining"]);
        Assert.Equal($"{Time.GetUtcNow().AddHours(1).ToUnixTimeSeconds()}", second["X-RateLimit-Reset"]);
        Assert.Equal("60", (await GetAsync("repos/acme/packages", token: null))["X-RateLimit-Limit"]);
        Assert.Equal("1000", (await GetAsync("repos/acme/packages", GitHub.AddActionsToken(Packages)))["X-RateLimit-Limit"]);
    }

    [Fact]
    public async Task Used_up_is_used_up_until_the_hour_is_over()
    {
        GitHub.RateLimits.PerHour = 2;
        await GetAsync("");
        await GetAsync("");

        var refused = (await GetAsync("")).With(403);

        Assert.Equal("0", refused["X-RateLimit-Remaining"]);
        Assert.StartsWith("API rate limit exceeded", refused.Message(), StringComparison.Ordinal);
        (await GetAsync("repos/acme/packages", Reader)).With(200);
        Time.Advance(TimeSpan.FromHours(1));
        (await GetAsync("")).With(200);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(429)]
    public async Task A_limit_can_be_exhausted_on_order(int status)
    {
        GitHub.RateLimits.Exhaust(TimeSpan.FromSeconds(30), status, Writer);

        var refused = (await GetAsync("")).With(status);

        Assert.Equal(("0", $"{Time.GetUtcNow().AddSeconds(30).ToUnixTimeSeconds()}"), (refused["X-RateLimit-Remaining"], refused["X-RateLimit-Reset"]));
        (await GetAsync("repos/acme/packages", Reader)).With(200);
        Time.Advance(TimeSpan.FromSeconds(30));
        (await GetAsync("")).With(200);
    }

    [Fact]
    public async Task A_secondary_limit_may_tell_how_long_to_wait_or_not()
    {
        GitHub.RateLimits.ExceedSecondary(times: 2);
        var silent = (await GetAsync("")).With(403);
        (await GetAsync("")).With(403);
        (await GetAsync("")).With(200);
        GitHub.RateLimits.ExceedSecondary(status: 429, retryAfter: TimeSpan.FromSeconds(7));
        var telling = (await GetAsync("")).With(429);

        Assert.StartsWith("You have exceeded a secondary rate limit", silent.Message(), StringComparison.Ordinal);
        Assert.Null(silent["Retry-After"]);
        Assert.NotEqual("0", silent["X-RateLimit-Remaining"]);
        Assert.Equal("7", telling["Retry-After"]);
    }

    [Fact]
    public async Task Only_so_much_is_created_in_a_minute()
    {
        GitHub.RateLimits.CreationsPerMinute = 2;
        var draft = await DraftAsync("a.whl");
        (await UploadAsync(draft, "?name=a.whl", [1])).With(201);

        (await UploadAsync(draft, "?name=b.whl", [1])).With(403);
        (await PublishAsync(draft)).With(403);
        (await GetAsync("")).With(200);
        Time.Advance(TimeSpan.FromMinutes(1));
        (await PublishAsync(draft)).With(200);
    }

    [Fact]
    public async Task What_the_client_has_is_304_and_costs_nothing()
    {
        var first = (await GetAsync("/git/trees/main")).With(200);
        var etag = first["ETag"] ?? "";

        var second = (await GetAsync("/git/trees/main", ("If-None-Match", etag))).With(304);

        Assert.Empty(second.Bytes);
        Assert.Equal(etag, second["ETag"]);
        Assert.Equal(first["X-RateLimit-Remaining"], second["X-RateLimit-Remaining"]);
        Packages.Put("index.toml", [1]);
        (await GetAsync("/git/trees/main", ("If-None-Match", etag))).With(200);
    }

    [Fact]
    public async Task Without_a_token_304_costs_a_request()
    {
        GitHub.AddRepository("acme/open", @private: false);
        var first = (await GetAsync("repos/acme/open/git/trees/main", token: null)).With(200);

        var second = (await GetAsync("repos/acme/open/git/trees/main", token: null, ("If-None-Match", first["ETag"] ?? ""))).With(304);

        Assert.Equal(("59", "58"), (first["X-RateLimit-Remaining"], second["X-RateLimit-Remaining"]));
    }

    [Fact]
    public async Task An_etag_is_of_one_token_and_one_media_type()
    {
        var json = (await GetAsync("/contents/README.md"))["ETag"] ?? "";

        (await GetAsync("repos/acme/packages/contents/README.md", Reader, ("If-None-Match", json))).With(200);
        (await GetAsync("/contents/README.md", ("If-None-Match", json), ("Accept", "application/vnd.github.raw+json"))).With(200);
        Assert.Contains("Authorization", (await GetAsync(""))["Vary"], StringComparison.Ordinal);
        Assert.Contains("Accept", (await GetAsync(""))["Vary"], StringComparison.Ordinal);
    }
}
