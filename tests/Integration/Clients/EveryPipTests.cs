using PyWharf.Integration.Support;

namespace PyWharf.Integration.Clients;

/// <summary>Every pip that this machine has, from 18.1 on where pyenv has installed it.</summary>
public sealed class EveryPipTests(PipFixture running) : IClassFixture<PipFixture>, IDisposable
{
    private readonly PythonUser _user = new();

    [TheoryWhen(Needs.Pip)]
    [MemberData(nameof(PythonClients.EachPip), MemberType = typeof(PythonClients))]
    public async Task Takes_what_fits_from_the_page_that_it_asks_for(string python)
    {
        var pip = PythonClients.PipOf(python);
        await using var proxy = await RecordingProxy.StartAsync(running.Server);
        await File.WriteAllTextAsync(_user.At(".netrc"), $"machine 127.0.0.1 login {ServerFixture.Repository} password {ServerFixture.ReadSecret}\n");

        (await PipAsync(
            pip, "download", "--no-cache-dir", "--only-binary", ":all:", "--index-url", new Uri(proxy.BaseAddress, "simple/").AbsoluteUri,
            "-d", "got", "choose_me", "withdrawn", "localized==1.0+loc.1")).Succeeded();

        AssertGot(running.Chosen, running.Local, pip.KnowsYanks ? running.Kept : running.YankedToo);
        var pages = proxy.Requests.Where(request => request is { Status: 200, Filename: "" }).ToList();
        Assert.Equal(["/simple/choose-me/", "/simple/localized/", "/simple/withdrawn/"], pages.Select(page => page.Path).Order());
        Assert.All(pages, page => Assert.Equal(
            pip.AsksForJson ? (Requests.Json, Requests.Json) : ("text/html", "text/html; charset=utf-8"), (page.Accept.Split(',')[0], page.ContentType)));
    }

    [TheoryWhen(Needs.Pip)]
    [MemberData(nameof(PythonClients.EachPip), MemberType = typeof(PythonClients))]
    public async Task Takes_a_yanked_version_that_is_pinned_and_says_why_it_is_yanked(string python)
    {
        var pip = PythonClients.PipOf(python);

        var taken = (await DownloadAsync(pip, running.Yanked, running.Yanked.Sha256)).Succeeded();

        AssertGot(running.Yanked);
        Assert.True(!pip.KnowsYanks || taken.ToString().Contains(PipFixture.YankReason, StringComparison.Ordinal), taken.ToString());
    }

    [TheoryWhen(Needs.Pip)]
    [MemberData(nameof(PythonClients.EachPip), MemberType = typeof(PythonClients))]
    public async Task Refuses_what_has_not_the_required_hash(string python)
    {
        var refused = await DownloadAsync(PythonClients.PipOf(python), running.Local, running.Kept.Sha256);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("THESE PACKAGES DO NOT MATCH THE HASHES", refused.ToString(), StringComparison.Ordinal);
        AssertGot();
    }

    [TheoryWhen(Needs.Pip)]
    [MemberData(nameof(PythonClients.EachPip), MemberType = typeof(PythonClients))]
    public async Task Installs_a_wheel_and_builds_an_sdist(string python)
    {
        var pip = PythonClients.PipOf(python);
        string[] projects = pip.BuildsSdists ? ["localized", "from.sdist"] : ["localized"];

        (await PipAsync(pip, ["install", "--index-url", Index(running.Server.UrlFor), "--target", _user.At("site"), .. projects])).Succeeded();

        Assert.Equal("1.0+loc.1\n", await ImportAsync(python, "localized"));
        Assert.True(!pip.BuildsSdists || await ImportAsync(python, "from_sdist") == "1.0\n");
    }

    [TheoryWhen(Needs.Pip)]
    [MemberData(nameof(PythonClients.EachPip), MemberType = typeof(PythonClients))]
    public async Task Finds_what_goes_together_without_downloading_what_does_not(string python)
    {
        var pip = PythonClients.PipOf(python);
        await using var proxy = await RecordingProxy.StartAsync(running.Server);

        (await PipAsync(pip, "download", "--index-url", Index(proxy.UrlFor), "-d", "got", "application", "library==2.0")).Succeeded();

        // Before, the newest of each was taken, whether they go together or not.
        AssertGot(pip.Backtracks ? running.Applications[^1] : running.Applications[0], running.Library);
        if (pip.Backtracks)
        {
            AssertAskedFor(proxy, pip.ReadsMetadataByJson);
        }
    }

    [FactWhen(Needs.Venv)]
    public async Task Takes_the_same_from_the_page_for_browsers()
    {
        var pip = Pip.Of(PythonClients.Python ?? "") ?? throw new InvalidOperationException("No pip.");
        await using var proxy = await RecordingProxy.StartAsync(running.Server, accept: "text/html");

        // The name as its author writes it: pip 22.3 to 23.1 take metadata with another spelling for that of another project.
        (await PipAsync(
            pip, "download", "--only-binary", ":all:", "--index-url", Index(proxy.UrlFor), "-d", "got",
            "Choose.Me", "withdrawn", "localized", "application", "library==2.0")).Succeeded();

        AssertGot(running.Chosen, running.Local, running.Kept, running.Applications[^1], running.Library);
        AssertAskedFor(proxy, pip.ReadsMetadataByHtml);
        Assert.All(
            proxy.Requests.Where(request => request is { Status: 200, Filename: "" }), page => Assert.Equal("text/html; charset=utf-8", page.ContentType));
    }

    public void Dispose() => _user.Dispose();

    private static string Index(Func<string, string, string, string> urlFor) => urlFor("simple/", ServerFixture.Repository, ServerFixture.ReadSecret);

    private async Task<ProcessResult> PipAsync(Pip pip, params string[] args) => await _user.PipAsync(await _user.WithPipAsync(pip), args);

    private async Task<ProcessResult> DownloadAsync(Pip pip, Distribution file, string sha256)
    {
        await File.WriteAllTextAsync(_user.At("requirements.txt"), $"{file.Name}=={file.Version} --hash=sha256:{sha256}\n");

        return await PipAsync(
            pip, "download", "--index-url", Index(running.Server.UrlFor), "--no-cache-dir", "--require-hashes", "-r", "requirements.txt", "-d", "got");
    }

    private async Task<string> ImportAsync(string python, string module) => (await _user.RunAsync(
        python, ["-c", $"import {module}; print({module}.__version__)"], ("PYTHONPATH", _user.At("site")))).Succeeded().Stdout;

    private void AssertGot(params Distribution[] files)
    {
        var got = new DirectoryInfo(_user.At("got"));

        Assert.Equal(files.Select(file => file.Filename).Order(), got.Exists ? got.GetFiles().Select(file => file.Name).Order() : []);
        Assert.All(files, file => Assert.Equal(file.Content, File.ReadAllBytes(_user.At("got", file.Filename))));
    }

    /// <summary>Of rejected versions the metadata was enough, where this pip reads it; else it had to download them.</summary>
    private void AssertAskedFor(RecordingProxy proxy, bool readsMetadata)
    {
        var asked = proxy.Requests.Where(request => request.Status == 200).Select(request => request.Filename).ToHashSet();

        Assert.All(running.Applications, wheel => Assert.Equal(readsMetadata, asked.Contains($"{wheel.Filename}.metadata")));
        Assert.All(running.Applications.SkipLast(1), rejected => Assert.Equal(!readsMetadata, asked.Contains(rejected.Filename)));
        Assert.Contains(running.Applications[^1].Filename, asked);
    }
}
