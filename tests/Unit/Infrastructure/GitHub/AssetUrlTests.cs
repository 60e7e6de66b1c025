using PyWharf.Infrastructure.Backends.GitHub.Index;

namespace PyWharf.Unit.Infrastructure.GitHub;

public class AssetUrlTests
{
    private static readonly Uri GitHub = new("https://api.github.com/");
    private static readonly Uri Enterprise = new("https://github.example.org:8443/api/v3/");

    public static TheoryData<string> Poisoned { get; } =
    [
        "https://evil.example.org/repos/o/r/releases/assets/1",
        "https://api.github.com.evil.example.org/repos/o/r/releases/assets/1",
        "https://api.github.com@evil.example.org/repos/o/r/releases/assets/1",
        "https://evil.example.org\\@api.github.com/repos/o/r/releases/assets/1",
        "https://token@api.github.com/repos/o/r/releases/assets/1",
        "http://api.github.com/repos/o/r/releases/assets/1",
        "https://api.github.com:444/repos/o/r/releases/assets/1",
        "https://api.github.com./repos/o/r/releases/assets/1",
        "https://xn--pi-6kc.github.com/repos/o/r/releases/assets/1",
        "https://\u0430pi.github.com/repos/o/r/releases/assets/1",
        "//api.github.com/repos/o/r/releases/assets/1",
        "/repos/o/r/releases/assets/1",
        "file:///repos/o/r/releases/assets/1",
        "ftp://api.github.com/repos/o/r/releases/assets/1",
        "https://api.github.com/repos/o/r/releases/assets/1?redirect=https://evil.example.org",
        "https://api.github.com/repos/o/r/releases/assets/1#fragment",
        "https://api.github.com/repos/o/r/releases/assets/1/../../../../../user",
        "https://api.github.com/repos/o/r/releases/assets/%2e%2e",
        "https://api.github.com/repos/o/r/releases/assets/",
        "https://api.github.com/repos/o/r/releases/assets/1/",
        "https://api.github.com/repos/o/r/releases/assets/-1",
        "https://api.github.com/repos/o/r/releases/assets/1\u0661",
        "https://api.github.com/repos/o/r/releases/assets/99999999999999999999",
        "https://api.github.com/repos/o/r/x/releases/assets/1",
        "https://api.github.com/repos/o/releases/assets/1",
        "https://api.github.com/repositories/r/releases/assets/1",
        "https://api.github.com/x/repos/o/r/releases/assets/1",
        "https://api.github.com//repos/o/r/releases/assets/1",
        "https://api.github.com/user",
        "not a url",
        "",
        "\0",
    ];

    [Theory]
    [InlineData("https://api.github.com/repos/pywharf/pywharf-pkg-repo/releases/assets/22790093", 22790093)]
    [InlineData("https://api.github.com/repositories/252837/releases/assets/7", 7)]
    [InlineData("https://API.GitHub.com:443/repos/O.1/r_-x/releases/assets/7", 7)]
    public void An_asset_of_the_configured_GitHub_is_one(string text, long id)
    {
        Assert.True(AssetUrl.TryParse(text, GitHub, out var url));

        Assert.Equal(id, url.Id);
        Assert.Equal("api.github.com", url.Uri.Host);
    }

    [Theory]
    [MemberData(nameof(Poisoned))]
    public void What_would_lead_a_token_elsewhere_is_none(string text) => Assert.False(AssetUrl.TryParse(text, GitHub, out _));

    [Fact]
    public void Nothing_and_what_is_huge_are_none()
    {
        Assert.False(AssetUrl.TryParse(null, GitHub, out _));
        Assert.False(AssetUrl.TryParse("https://api.github.com/repos/o/r/releases/assets/" + new string('1', 1_000_000), GitHub, out _));
    }

    [Fact]
    public void An_enterprise_server_has_its_API_in_a_folder()
    {
        Assert.True(AssetUrl.TryParse("https://github.example.org:8443/api/v3/repos/o/r/releases/assets/1", Enterprise, out _));

        Assert.False(AssetUrl.TryParse("https://github.example.org:8443/repos/o/r/releases/assets/1", Enterprise, out _));
        Assert.False(AssetUrl.TryParse("https://github.example.org/api/v3/repos/o/r/releases/assets/1", Enterprise, out _));
    }

    [Fact]
    public void It_is_the_same_asset_after_its_repository_was_renamed()
    {
        Assert.True(AssetUrl.TryParse("https://api.github.com/repos/o/r/releases/assets/1", GitHub, out var before));
        Assert.True(AssetUrl.TryParse("https://api.github.com/repositories/5/releases/assets/1", GitHub, out var after));
        Assert.True(AssetUrl.TryParse("https://api.github.com/repos/o/r/releases/assets/2", GitHub, out var other));

        Assert.Equal(before, after);
        Assert.NotEqual(before, other);
    }
}
