using System.Text.Json;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.SupportTests;

public class FakeGitHubAssetTests : FakeGitHubTest
{
    private const string Octets = "application/octet-stream";

    [Fact]
    public async Task An_upload_goes_to_a_host_of_its_own()
    {
        var draft = await DraftAsync("a.whl");

        var asset = (await UploadAsync(draft, "?name=a.whl", [1, 2, 3])).With(201);

        Assert.Equal(("a.whl", "uploaded", 3), (asset.Json.Text("name"), asset.Json.Text("state"), asset.Json.GetProperty("size").GetInt32()));
        Assert.Equal("sha256:039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81", asset.Json.Text("digest"));
        Assert.StartsWith(GitHub.ApiUrl.AbsoluteUri, asset.Json.Text("url"), StringComparison.Ordinal);
        Assert.Null(asset["X-RateLimit-Limit"]);
        (await SendAsync("POST", $"/releases/{draft.GetProperty("id")}/assets?name=b.whl")).With(404);
        Assert.NotEqual(GitHub.ApiUrl.Authority, new Uri(draft.Text("upload_url").Split('{')[0]).Authority);
    }

    [Fact]
    public async Task An_upload_in_chunks_is_refused()
    {
        var draft = await DraftAsync("a.whl");

        var answer = (await UploadAsync(draft, "?name=a.whl", new StreamContent(new Unseekable([1, 2, 3])))).With(400);

        Assert.Equal("Bad Content-Length: ", answer.Message());
        Assert.NotEmpty(answer.Json.Text("request_id"));
        Assert.Empty(Packages.Releases[0].Assets);
    }

    [Fact]
    public async Task Empty_and_huge_files_are_refused()
    {
        GitHub.Limits.AssetSize = 10;
        var draft = await DraftAsync("a.whl");

        Assert.Contains("size must be greater than or equal to 1", (await UploadAsync(draft, "?name=a.whl", [])).With(422).Text, StringComparison.Ordinal);
        Assert.Contains("size must be less than 10", (await UploadAsync(draft, "?name=a.whl", new byte[10])).With(422).Text, StringComparison.Ordinal);
        (await UploadAsync(draft, "", [1])).With(400);
        (await UploadAsync(draft, "?name=a.whl", new byte[9])).With(201);
    }

    [Theory]
    [InlineData("a-1.0%2Blocal.1.whl", "a-1.0+local.1.whl")]
    [InlineData("a-1.0+local.1.whl", "a-1.0.local.1.whl")]
    [InlineData("a-1!2.0.tar.gz", "a-1.2.0.tar.gz")]
    [InlineData("a~b.zip", "a.b.zip")]
    [InlineData("a%20(%26)b.zip", "a.b.zip")]
    [InlineData("caf%C3%A9.zip", "cafe.zip")]
    [InlineData("%E5%90%8D%E5%89%8D-1.zip", "default.-1.zip")]
    [InlineData(".x", "default.x")]
    [InlineData("x.", "x")]
    [InlineData("a_b@c-d", "a_b@c-d")]
    public async Task A_name_is_changed_without_a_word(string sent, string stored)
    {
        var draft = await DraftAsync("a.whl");

        Assert.Equal(stored, (await UploadAsync(draft, $"?name={sent}", [1])).With(201).Json.Text("name"));
    }

    [Fact]
    public async Task A_name_is_taken_once_it_is_changed()
    {
        var draft = await DraftAsync("a.whl");
        (await UploadAsync(draft, "?name=a~b", [1])).With(201);

        Assert.Equal(("name", "already_exists"), (await UploadAsync(draft, "?name=a.b", [1])).Error());
    }

    [Fact]
    public async Task A_failed_upload_may_leave_an_asset_that_is_none()
    {
        GitHub.Faults.Next(request => request.Origin == Origin.Uploads, new Fault.Answer(502) { Effect = Effect.StarterAsset });
        var draft = await DraftAsync("a.whl");
        (await UploadAsync(draft, "?name=a.whl", [1])).With(502);

        var starter = Assert.Single((await GetAsync(draft.Text("url"), Writer)).Json.GetProperty("assets").EnumerateArray());

        Assert.Equal(("starter", 0), (starter.Text("state"), starter.GetProperty("size").GetInt32()));
        (await UploadAsync(draft, "?name=a.whl", [1])).With(422);
        (await GetAsync(starter.Text("url"), Writer, ("Accept", Octets))).With(404);
        (await AskAsync("DELETE", starter.Text("url"), Writer)).With(204);
        (await UploadAsync(draft, "?name=a.whl", [1])).With(201);
    }

    [Fact]
    public async Task A_failed_upload_may_leave_an_asset_that_nothing_shows_and_that_blocks_the_name()
    {
        GitHub.Faults.Next(request => request.Origin == Origin.Uploads, new Fault.Answer(500) { Effect = Effect.GhostAsset });
        var draft = await DraftAsync("a.whl");
        (await UploadAsync(draft, "?name=a.whl", [1])).With(500);

        Assert.Empty((await GetAsync(draft.Text("url"), Writer)).Json.GetProperty("assets").EnumerateArray());
        Assert.Equal(0, (await GetAsync(draft.Text("assets_url"), Writer)).Json.GetArrayLength());
        (await UploadAsync(draft, "?name=a.whl", [1])).With(422);
        (await AskAsync("DELETE", draft.Text("url"), Writer)).With(204);
        (await UploadAsync(await DraftAsync("a.whl"), "?name=a.whl", [1])).With(201);
    }

    [Fact]
    public async Task Assets_of_old_have_no_digest()
    {
        Packages.LacksDigests = true;
        var release = Packages.Publish("a.whl", [1], "");

        Assert.Equal(JsonValueKind.Null, (await GetAsync($"/releases/assets/{release.Assets[0].Id}")).Json.GetProperty("digest").ValueKind);
    }

    [Fact]
    public async Task The_assets_of_a_release_are_paged()
    {
        var draft = await DraftAsync("a.whl");
        for (var i = 0; i < 31; i++)
        {
            (await UploadAsync(draft, $"?name={i}", [1])).With(201);
        }

        var page = (await GetAsync(draft.Text("assets_url"), Writer)).With(200);

        Assert.Equal(30, page.Json.GetArrayLength());
        Assert.Contains($"/repositories/{Packages.Id}/releases/", page["Link"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_itself_lies_behind_a_redirect_to_another_origin()
    {
        var asset = Packages.Publish("a.whl", [1, 2, 3], "").Assets[0];

        Assert.Equal("a.whl", (await GetAsync($"/releases/assets/{asset.Id}")).With(200).Json.Text("name"));
        var link = await LinkAsync(asset);

        Assert.NotEqual(GitHub.ApiUrl.Authority, new Uri(link).Authority);
        Assert.Equal([1, 2, 3], (await GetAsync(link, token: null)).With(200).Bytes);
        Assert.Equal(1, asset.Downloads);
    }

    [Fact]
    public async Task The_storage_takes_no_token()
    {
        var link = await LinkAsync(Packages.Publish("a.whl", [1], "").Assets[0]);

        var answer = (await GetAsync(link, Writer)).With(400);

        Assert.Contains("<Message>Only one auth mechanism allowed", answer.Text, StringComparison.Ordinal);
        Assert.True(Assert.Single(GitHub.Log.To(Origin.Storage)).HasAuthorization);
    }

    [Fact]
    public async Task A_link_expires_and_is_good_for_its_asset_only()
    {
        var asset = Packages.Publish("a.whl", [1], "").Assets[0];
        var other = Packages.Publish("b.whl", [1], "").Assets[0];
        var link = await LinkAsync(asset);

        (await GetAsync(link.Replace($"/{asset.Id}?", $"/{other.Id}?", StringComparison.Ordinal), token: null)).With(403);
        (await AskAsync("HEAD", link, token: null)).With(403);
        Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        (await GetAsync(link, token: null)).With(200);
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.StartsWith("<?xml", (await GetAsync(link, token: null)).With(403).Text, StringComparison.Ordinal);

        var revoked = await LinkAsync(asset);
        GitHub.Links.Revoke();
        (await GetAsync(revoked, token: null)).With(403);
    }

    [Theory]
    [InlineData("bytes=1-2", 206, "bytes 1-2/5")]
    [InlineData("bytes=3-", 206, "bytes 3-4/5")]
    [InlineData("bytes=-2", 206, "bytes 3-4/5")]
    [InlineData("bytes=5-", 416, "bytes */5")]
    public async Task The_storage_sends_parts(string range, int status, string sent)
    {
        var link = await LinkAsync(Packages.Publish("a.whl", [0, 1, 2, 3, 4], "").Assets[0]);

        var answer = (await GetAsync(link, token: null, ("Range", range))).With(status);

        Assert.Equal(sent, answer["Content-Range"]);
    }

    [Fact]
    public async Task The_storage_may_pass_over_a_range()
    {
        GitHub.StorageIgnoresRanges = true;
        var link = await LinkAsync(Packages.Publish("a.whl", [0, 1, 2, 3, 4], "").Assets[0]);

        Assert.Equal([0, 1, 2, 3, 4], (await GetAsync(link, token: null, ("Range", "bytes=1-2"))).With(200).Bytes);
    }

    [Fact]
    public async Task The_API_may_send_the_file_itself()
    {
        GitHub.ServesAssetsDirectly = true;
        var asset = Packages.Publish("a.whl", [1, 2, 3], "").Assets[0];

        Assert.Equal([1, 2, 3], (await GetAsync($"/releases/assets/{asset.Id}", ("Accept", Octets))).With(200).Bytes);
    }

    [Fact]
    public async Task Public_downloads_need_no_token_and_private_ones_have_no_use_for_it()
    {
        var open = GitHub.AddRepository("acme/open", @private: false);
        var assets = new[] { open.Publish("a+b.whl", [1], "").Assets[0], Packages.Publish("a+b.whl", [1], "").Assets[0] };

        var free = (await GetAsync($"repos/acme/open/releases/assets/{assets[0].Id}", token: null)).With(200).Json.Text("browser_download_url");
        var closed = (await GetAsync($"/releases/assets/{assets[1].Id}")).With(200).Json.Text("browser_download_url");

        Assert.EndsWith("/acme/open/releases/download/a%2Bb.whl/a%2Bb.whl", free, StringComparison.Ordinal);
        (await GetAsync((await GetAsync(free, token: null)).With(302)["Location"] ?? "", token: null)).With(200);
        (await GetAsync(closed, Writer)).With(404);
    }

    private async Task<string> LinkAsync(FakeAsset asset) =>
        (await GetAsync($"/releases/assets/{asset.Id}", ("Accept", Octets))).With(302)["Location"] ?? "";

    /// <summary>A stream whose length its reader can't know.</summary>
    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
