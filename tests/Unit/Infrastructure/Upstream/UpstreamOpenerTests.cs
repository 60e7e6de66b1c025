using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Unit.Infrastructure.Upstream;

public class UpstreamOpenerTests
{
    [Fact]
    public void What_a_host_was_when_it_was_first_asked_holds_for_later_configurations()
    {
        using var opener = new UpstreamOpener(null, Path.GetTempPath(), TimeProvider.System, NullLogger<UpstreamIndex>.Instance);
        var guard = opener.GuardOf(new Uri("https://index.example.com/simple/"));

        Assert.Same(guard, opener.GuardOf(new Uri("https://INDEX.example.com:8443/other/")));
        Assert.NotSame(guard, opener.GuardOf(new Uri("https://index.example.org/simple/")));
    }
}
