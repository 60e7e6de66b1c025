using PyWharf.Api.Commands;

namespace PyWharf.Unit.Api.Cli;

public sealed class QuickstartCommandTests
{
    [Fact]
    public async Task Without_flags_it_listens_on_this_machine_only()
    {
        var invocation = await Invocation.Of("quickstart");

        Assert.Equal(
            new QuickstartOptions { Root = Path.GetFullPath("pywharf-root"), Host = "127.0.0.1", Port = 8888, Debug = false },
            invocation.Quickstart);
    }

    [Theory]
    [InlineData("quickstart", "data", "--host=*", "--port=0", "--debug")]
    [InlineData("quickstart", "--debug", "--port", "0", "--host", "*", "--root", "data")]
    public async Task Every_flag_reaches_its_option(params string[] args) =>
        Assert.Equal(
            new QuickstartOptions { Root = Path.GetFullPath("data"), Host = "*", Port = 0, Debug = true },
            (await Invocation.Of(args)).Quickstart);
}
