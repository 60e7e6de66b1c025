using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Unit.Infrastructure.Upstream;

public sealed class PublicUrlTests
{
    [Theory]
    [InlineData("https://pypi.org/simple/", true)]
    [InlineData("https://index.example.com:8443/root/", true)]
    [InlineData("https://151.101.0.223/", true)]
    [InlineData("https://[2a04:4e42::223]/", true)]
    [InlineData("http://pypi.org/simple/", false)]
    [InlineData("https://127.0.0.1/", false)]
    [InlineData("https://2130706433/", false)]
    [InlineData("https://0x7f.1/", false)]
    [InlineData("https://10.1.2.3/", false)]
    [InlineData("https://169.254.169.254/latest/meta-data/", false)]
    [InlineData("https://[::1]/", false)]
    [InlineData("https://[::ffff:10.0.0.1]/", false)]
    [InlineData("https://[fd00::1]/", false)]
    [InlineData("https://localhost/", false)]
    [InlineData("https://LOCALHOST./", false)]
    [InlineData("https://a.localhost/", false)]
    [InlineData("https://vault/", false)]
    [InlineData("https://vault.internal/", false)]
    [InlineData("https://printer.local./", false)]
    public void Only_https_to_the_public_internet_is_public(string url, bool isPublic) => Assert.Equal(isPublic, PublicUrl.Is(new Uri(url)));
}
