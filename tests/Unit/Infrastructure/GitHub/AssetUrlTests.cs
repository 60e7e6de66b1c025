using PyWharf.Infrastructure.Backends.GitHub.Index;

namespace PyWharf.Unit.Infrastructure.GitHub;

public class AssetUrlTests
{
    private static readonly Uri Assets = new("https://api.github.com/repos/acme/packages/releases/assets/");

    public static TheoryData<string> Poisoned { get; } =
    [
        "https://api.github.com@evil.example.org/repos/o/r/releases/assets/1",
        "https://token@api.github.com/repos/o/r/releases/assets/1",
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
        "https://api.github.com/user",
        "not a url",
        "",
        "\0",
    ];

    // Where the index was written through another address, before the repository was renamed, or by somebody who wants a token.
    [Theory]
    [InlineData("https://api.github.com/repos/acme/packages/releases/assets/22790093", 22790093)]
    [InlineData("https://api.github.com/repositories/252837/releases/assets/7", 7)]
    [InlineData("https://API.GitHub.com:443/repos/O.1/r_-x/releases/assets/7", 7)]
    [InlineData("https://github.example.org:8443/api/v3/repos/o/r/releases/assets/7", 7)]
    [InlineData("http://127.0.0.1:8080/repos/acme/packages/releases/assets/7", 7)]
    [InlineData("https://evil.example.org/repos/o/r/releases/assets/7", 7)]
    public void Wherever_it_is_said_to_be_it_is_in_the_configured_repository(string text, long id)
    {
        Assert.True(AssetUrl.TryParse(text, Assets, out var url));

        Assert.Equal(id, url.Id);
        Assert.Equal($"https://api.github.com/repos/acme/packages/releases/assets/{id}", url.ToString());
    }

    [Theory]
    [MemberData(nameof(Poisoned))]
    public void What_is_no_asset_is_none(string text) => Assert.False(AssetUrl.TryParse(text, Assets, out _));

    [Fact]
    public void Nothing_and_what_is_huge_are_none()
    {
        Assert.False(AssetUrl.TryParse(null, Assets, out _));
        Assert.False(AssetUrl.TryParse("https://api.github.com/repos/o/r/releases/assets/" + new string('1', 1_000_000), Assets, out _));
    }

    [Fact]
    public void It_is_the_same_asset_after_its_repository_was_renamed()
    {
        Assert.True(AssetUrl.TryParse("https://api.github.com/repos/o/r/releases/assets/1", Assets, out var before));
        Assert.True(AssetUrl.TryParse("https://api.github.com/repositories/5/releases/assets/1", Assets, out var after));
        Assert.True(AssetUrl.TryParse("https://api.github.com/repos/o/r/releases/assets/2", Assets, out var other));

        Assert.Equal(before, after);
        Assert.NotEqual(before, other);
    }
}
