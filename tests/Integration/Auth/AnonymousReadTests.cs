using PyWharf.Integration.Support;

namespace PyWharf.Integration.Auth;

[Collection(TokenServer.Name)]
public sealed class AnonymousReadTests(TokenServer server) : IDisposable
{
    private readonly HttpClient _nobody = server.Server.Client();
    private readonly HttpClient _writer = server.Server.Client("strict", TokenServer.WriteSecret);

    public void Dispose()
    {
        _nobody.Dispose();
        _writer.Dispose();
    }

    [Fact]
    public async Task Reading_takes_no_credentials_where_the_path_names_the_repository()
    {
        var wheel = Wheels.Build("open-to-all", "1.0");
        (await _writer.UploadAsync(wheel)).With(200);

        foreach (var path in (string[])["simple/", "simple/open-to-all/", "search?q=open", "pypi/open-to-all/json", "api/projects/open-to-all", "index_mtime/"])
        {
            (await _nobody.AskAsync($"/strict/{path}")).With(200);
        }

        Assert.Equal(wheel.Content, (await _nobody.AskAsync($"/strict/simple/open-to-all/{wheel.Filename}")).With(200).Bytes);
        (await _nobody.AskAsync($"/strict/simple/open-to-all/{wheel.Filename}.metadata")).With(200);
    }

    [Fact]
    public async Task Without_the_repository_in_the_path_and_for_others_it_takes_them()
    {
        Assert.StartsWith("Basic", (await _nobody.AskAsync("/simple/")).With(401)["WWW-Authenticate"], StringComparison.Ordinal);
        (await _nobody.AskAsync("/team/simple/")).With(401);
    }

    [Fact]
    public async Task Writing_still_asks()
    {
        var answer = (await _nobody.UploadAsync(ClientForm.LikeTwine(Wheels.Build("open-to-all", "2.0")), "/strict/simple/")).With(401);

        Assert.StartsWith("Basic", answer["WWW-Authenticate"], StringComparison.Ordinal);
        (await _nobody.AskAsync(HttpMethod.Put, "/strict/api/projects/open-to-all/versions/1.0/yank")).With(401);
        (await _nobody.AskAsync(HttpMethod.Delete, "/strict/api/projects/open-to-all/versions/1.0")).With(401);
    }

    [Fact]
    public async Task Wrong_credentials_are_401_and_right_ones_go_on_working()
    {
        using var wrong = server.Server.Client("strict", "wrong");
        using var right = server.Server.Client("strict", TokenServer.ReadSecret);

        (await wrong.AskAsync("/strict/simple/")).With(401);
        (await right.AskAsync("/strict/simple/")).With(200);
        (await right.AskAsync("/simple/")).With(200);
    }

    [FactWhen(Needs.Venv)]
    public async Task The_only_repository_is_open_at_simple_and_pip_installs_with_and_without_credentials()
    {
        using var root = new TempFolder();
        using var user = new PythonUser();
        using var only = await PyWharfProcess.StartAsync(
            root.Path, "[open]\ntype = \"file_system\"\nread_secret = \"r\"\nwrite_secret = \"w\"\nanonymous_read = true\n");
        using var nobody = only.Client();
        using var writer = only.Client("open", "w");
        var python = await user.CreateVenvAsync(PythonClients.Python ?? "");
        (await writer.UploadAsync(Wheels.Build("open-to-all", "1.0"))).With(200);

        (await nobody.AskAsync("/simple/")).With(200);
        (await nobody.UploadAsync(Wheels.Build("open-to-all", "2.0"))).With(401);
        foreach (var index in (string[])[new Uri(only.BaseAddress, "simple/").AbsoluteUri, only.UrlFor("simple/", "open", "r"), only.UrlFor("open/simple/", "__token__", "r")])
        {
            (await user.PipAsync(python, "install", "--no-cache-dir", "--force-reinstall", "--index-url", index, "open-to-all")).Succeeded();
        }
    }
}
