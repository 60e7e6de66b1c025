using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>pip and twine against the server, with a storage at another origin that rejects requests with credentials.</summary>
public sealed class GitHubClientTests : GitHubServer, IDisposable
{
    private readonly PythonUser _user = new();

    [TheoryWhen(Needs.Twine, Needs.Pip)]
    [InlineData("redirect")]
    [InlineData("proxy")]
    public async Task What_twine_uploads_every_pip_downloads(string download)
    {
        var server = await StartAsync(Folder(), $"download = \"{download}\"");
        Distribution[] files = [Wheels.Build("demo", "1.0+local.1", tag: "py2.py3-none-any", payload: 600_000, random: true), Sdists.Build("demo", "1.0+local.1")];
        (await UploadAsync(server, files)).Succeeded();

        await DownloadAsync(PythonClients.Python ?? "", "--no-binary", files[1], "sdist");
        foreach (var pip in PythonClients.Pips)
        {
            await DownloadAsync(await _user.WithPipAsync(pip), "--only-binary", files[0], $"{pip.Version}-{pip.PythonVersion}");
        }

        // Another host than the storage's: old versions of pip go by that alone.
        async Task DownloadAsync(string python, string kind, Distribution file, string folder)
        {
            var index = server.UrlFor($"{Name}/simple/", "__token__", Reader.Value).Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
            (await _user.PipAsync(
                python, "download", "--no-deps", "--no-cache-dir", "--index-url", index, kind, "demo", "-d", folder, "demo==1.0+local.1")).Succeeded();
            Assert.Equal(file.Content, await File.ReadAllBytesAsync(_user.At(folder, file.Filename)));
        }

        Assert.DoesNotContain(GitHub.Log.To(Origin.Storage), request => request.HasAuthorization);
    }

    [FactWhen(Needs.Twine, Needs.Venv)]
    public async Task Twine_is_told_what_GitHub_does_not_keep_and_what_is_taken_and_a_token_too_many()
    {
        var server = await StartAsync(Folder());
        (await UploadAsync(server, Wheels.Build("demo", "1.0"))).Succeeded();

        (await UploadAsync(server, Wheels.Build("demo", "1.0", payload: 10))).Saying("File already exists: demo-1.0-py3-none-any.whl");
        (await UploadAsync(server, Wheels.Build("demo", "1!1.0"))).Saying("GitHub can't keep the name");
        (await UploadAsync(server, Reader.Value, Wheels.Build("demo", "2.0"))).Saying("may read but not write");
        (await UploadAsync(server, "ghp_nobody", Wheels.Build("demo", "2.0"))).Saying("Wrong or missing credentials");

        Assert.Single(Repository.Releases);
    }

    public void Dispose() => _user.Dispose();

    private Task<ProcessResult> UploadAsync(PyWharfProcess server, params Distribution[] files) => UploadAsync(server, Writer.Value, files);

    private Task<ProcessResult> UploadAsync(PyWharfProcess server, string token, params Distribution[] files) => _user.TwineUploadAsync(
        new Uri(server.BaseAddress, "simple/"), Name, token, [.. files.Select(file => file.WriteTo(_user.At("dist")))]);
}
