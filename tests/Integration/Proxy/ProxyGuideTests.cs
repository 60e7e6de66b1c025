using PyWharf.Api.Hosting;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Proxy;

/// <summary>docs/proxy.md against the files and commands that it shows.</summary>
public sealed class ProxyGuideTests
{
    private static readonly string Guide = File.ReadAllText(RepositoryRoot.At("docs", "proxy.md"));

    [Theory]
    [InlineData("nginx", "nginx/pywharf.conf")]
    [InlineData("haproxy", "haproxy/haproxy.cfg")]
    public void Its_configurations_are_the_files_of_deploy(string language, string file) => Assert.Equal(DeployedFile.Read(file), Block(language));

    [Theory]
    [InlineData("nginx/pywharf.conf")]
    [InlineData("haproxy/haproxy.cfg")]
    public async Task The_command_line_in_a_configuration_is_one(string file)
    {
        var line = DeployedFile.Read(file).Split('\n').Single(line => line.Contains("pywharf server /srv", StringComparison.Ordinal));

        var options = Assert.IsType<ServerOptions>(await CommandLines.ParseAsync(line[line.IndexOf("server", StringComparison.Ordinal)..]));

        Assert.Equal(("/srv/pywharf", "127.0.0.1", 8888), (options.Root, options.Host, options.Port));
    }

    [Fact]
    public async Task Its_commands_are_ones()
    {
        var lines = Guide.Split("```shell\n").Skip(1).SelectMany(block => block.Split("```")[0].Split('\n')).Where(line => line.StartsWith("pywharf ", StringComparison.Ordinal)).ToList();

        Assert.Equal(2, lines.Count);
        foreach (var line in lines)
        {
            await CommandLines.ParseAsync(line["pywharf ".Length..]);
        }
    }

    private static string Block(string language) => Guide.Split($"```{language}\n")[1].Split("```")[0];
}
