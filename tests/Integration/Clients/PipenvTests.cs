using PyWharf.Integration.Support;

namespace PyWharf.Integration.Clients;

/// <summary>pipenv takes the digests for its lock file from the index's pages.</summary>
public sealed class PipenvTests(ServerFixture running) : IClassFixture<ServerFixture>, IDisposable
{
    private readonly PythonUser _user = new();

    [FactWhen(Needs.Pipenv)]
    public async Task Locks_and_installs_what_has_the_locked_digest_and_nothing_else()
    {
        await LockedProject.PublishAsync(running);
        await File.WriteAllTextAsync(_user.At("Pipfile"), $"""
            [[source]]
            name = "ours"
            url = "{running.Server.UrlFor("simple/", ServerFixture.Repository, ServerFixture.ReadSecret)}"
            verify_ssl = false

            [packages]
            application = "*"
            """);

        (await PipenvAsync("install")).Succeeded();

        await LockedProject.AssertLockedAsync(_user.At("Pipfile.lock"));
        LockedProject.AssertInstalled(_user.At(".venv"));

        await LockedProject.TamperAsync(_user.At("Pipfile.lock"));
        Directory.Delete(_user.At(".venv"), recursive: true);
        (await PipenvAsync("sync")).Failed().Saying("THESE PACKAGES DO NOT MATCH THE HASHES");
    }

    public void Dispose() => _user.Dispose();

    private Task<ProcessResult> PipenvAsync(params string[] args) => _user.RunAsync(
        PythonClients.Pipenv ?? "", args, ("PIPENV_VENV_IN_PROJECT", "1"), ("PIPENV_NOSPIN", "1"), ("CI", "1"));
}
