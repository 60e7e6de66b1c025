using PyWharf.Integration.Support;

namespace PyWharf.Integration.SupportTests;

public class ChildProcessTests
{
    [Fact]
    public async Task Output_and_exit_code_are_kept_and_input_arrives()
    {
        var start = ChildProcess.Describe("/bin/sh", ["-c", "read line; echo \"$line\"; echo bad >&2; exit 3"], []);

        var result = await ChildProcess.RunAsync(start, "hello\n");

        Assert.Equal(new ProcessResult(3, "hello\n", "bad\n"), result);
        Assert.ThrowsAny<Exception>(result.Succeeded);
    }

    [Fact]
    public async Task A_program_sees_only_the_environment_it_is_given()
    {
        var start = ChildProcess.Describe("/usr/bin/env", [], [("A", "b")]);

        var result = await ChildProcess.RunAsync(start);

        Assert.Equal("A=b\n", result.Stdout);
    }

    [FactWhen(Needs.Python)]
    public async Task A_python_user_has_an_empty_home_and_no_configuration_of_the_machine()
    {
        using var user = new PythonUser();

        var result = await user.RunAsync(
            PythonClients.Python ?? "", ["-c", "import os; print(os.getcwd(), os.path.expanduser('~'), [n for n in os.environ if 'INDEX' in n or 'LINKS' in n])"]);

        Assert.Equal($"{user.Home} {user.Home} []\n", result.Succeeded().Stdout);
    }

    [FactWhen(Needs.Pip)]
    public void Found_interpreters_have_the_pip_that_is_said()
    {
        Assert.All(PythonClients.Pips, pip => Assert.Equal(pip.IsInstalled, PythonClients.Has(pip.Python, "pip")));
        Assert.Equal(PythonClients.Pips.Count, PythonClients.Pips.DistinctBy(pip => pip.File).Count());
    }

    [FactWhen(Needs.Python)]
    public void A_module_that_is_not_there_is_not_found() => Assert.False(PythonClients.Has(PythonClients.Python ?? "", "no_such_module"));
}
