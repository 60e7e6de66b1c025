using PyWharf.Integration.Support;

namespace PyWharf.Integration.SupportTests;

public class PyWharfProcessTests
{
    [Fact]
    public async Task A_command_runs_to_its_end() => (await PyWharfProcess.RunAsync(["--help"])).Succeeded();

    [Fact]
    public async Task A_program_that_ends_before_it_listens_is_no_server()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => PyWharfProcess.StartAsync(["--help"], []));

        Assert.StartsWith("It ended with exit code 0 before it listened.", error.Message, StringComparison.Ordinal);
    }
}
