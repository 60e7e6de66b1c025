using PyWharf.Integration.Support;

namespace PyWharf.Integration.Auth;

[Collection(TwoRepositories.Name)]
public sealed class RepositoryPathTests(TwoRepositories server) : IDisposable
{
    private readonly HttpClient _alpha = server.Server.Client("alpha", TwoRepositories.AlphaWrites);
    private readonly HttpClient _beta = server.Server.Client("beta", TwoRepositories.BetaWrites);

    public void Dispose()
    {
        _alpha.Dispose();
        _beta.Dispose();
    }

    [Fact]
    public async Task Repositories_share_nothing_but_the_server()
    {
        var (ours, theirs) = (Wheels.Build("shared-name", "1.0"), Wheels.Build("shared-name", "1.0", payload: 10));
        (await _alpha.UploadAsync(ours)).With(200);
        (await _beta.UploadAsync(theirs)).With(200);

        Assert.Equal(ours.Content, (await _alpha.AskAsync($"/simple/shared-name/{ours.Filename}")).With(200).Bytes);
        Assert.Equal(theirs.Content, (await _beta.AskAsync($"/simple/shared-name/{ours.Filename}")).With(200).Bytes);
        Assert.Equal(ours.Content, (await _beta.AskAsync($"/alpha/simple/shared-name/{ours.Filename}", Basic("beta", TwoRepositories.AlphaReads))).With(200).Bytes);
    }

    [Fact]
    public async Task A_secret_is_good_for_its_own_repository_only()
    {
        using var mixed = server.Server.Client("alpha", TwoRepositories.BetaWrites);

        (await mixed.AskAsync("/simple/")).With(401);
        (await mixed.AskAsync("/alpha/simple/")).With(401);
        (await mixed.AskAsync("/beta/simple/")).With(200);
        (await _alpha.AskAsync("/beta/simple/")).With(401);
        (await _alpha.UploadAsync(ClientForm.Least(Wheels.Build("wrong-place", "1.0")), "/beta/simple/")).With(401);
    }

    [Theory]
    [InlineData("alpha")]
    [InlineData("__token__")]
    [InlineData("")]
    [InlineData("whoever")]
    [InlineData("beta")]
    public async Task Below_a_repository_any_user_name_goes_with_its_secret(string user)
    {
        using var client = server.Server.Client(user, TwoRepositories.AlphaReads);

        (await client.AskAsync("/alpha/simple/")).With(200);
        (await client.AskAsync("/Alpha/index_mtime/")).With(200);
    }

    [Fact]
    public async Task A_token_alone_does_not_say_which_of_two_repositories_is_meant()
    {
        using var nobody = server.Server.Client();

        (await nobody.AskAsync("/simple/", ("Authorization", $"Bearer {TwoRepositories.AlphaWrites}"))).With(401);
        (await nobody.AskAsync("/simple/", Basic("__token__", TwoRepositories.AlphaWrites))).With(401);
        (await nobody.AskAsync("/alpha/simple/", ("Authorization", $"Bearer {TwoRepositories.AlphaWrites}"))).With(200);
    }

    [Fact]
    public async Task A_secret_in_any_script_and_with_colons_is_taken_whole()
    {
        using var reader = server.Server.Client("ALPHA", TwoRepositories.AlphaReads);
        using var cut = server.Server.Client("alpha", TwoRepositories.AlphaReads.Split(':')[0]);

        (await reader.AskAsync("/simple/")).With(200);
        (await cut.AskAsync("/simple/")).With(401);
        (await reader.UploadAsync(Wheels.Build("forbidden", "1.0"))).With(403);
    }

    [Fact]
    public async Task An_empty_secret_opens_nothing_even_where_one_is_configured()
    {
        using var nobody = server.Server.Client();

        (await nobody.AskAsync("/simple/", Basic("beta", ""))).With(401);
        (await nobody.AskAsync("/beta/simple/", Basic("", ""))).With(401);
        (await nobody.AskAsync("/beta/simple/", ("Authorization", "Bearer "))).With(401);
    }

    [Theory]
    [InlineData("/gamma/simple/", 401)] // does not tell whether there is one
    [InlineData("/gamma/simple/project/", 401)]
    [InlineData("/gamma/index_mtime/", 401)]
    [InlineData("/simple/simple/project/", 404)] // can't be a repository
    [InlineData("/login/simple/", 404)]
    [InlineData("/-/simple/", 404)]
    [InlineData("/a%20b/simple/", 404)]
    public async Task A_repository_that_is_not_there_is_not_found(string path, int status)
    {
        (await _alpha.AskAsync(path)).With(status);
    }

    [Theory]
    [InlineData("/alpha/simple/")]
    [InlineData("/alpha/simple")]
    [InlineData("/alpha/legacy/")]
    [InlineData("/alpha/legacy")]
    public async Task An_upload_may_name_the_repository_in_its_path(string path)
    {
        using var token = server.Server.Client("__token__", TwoRepositories.AlphaWrites);
        var wheel = Wheels.Build($"by-path-{path.Trim('/').Replace('/', '-')}{path.Length}", "1.0");

        (await token.UploadAsync(ClientForm.LikeTwine(wheel), path)).With(200);

        Assert.Equal([wheel.Filename], await _alpha.FilenamesAsync(wheel.Name));
        Assert.Empty(await _beta.FilenamesAsync(wheel.Name));
    }

    [Fact]
    public async Task Links_below_a_repository_stay_below_it()
    {
        var wheel = Wheels.Build("linked", "1.0");
        (await _alpha.UploadAsync(wheel)).With(200);
        var page = (await _alpha.AskAsync("/alpha/simple/linked/")).With(200);
        var url = new Uri(new Uri(server.Server.BaseAddress, "/alpha/simple/linked/"), Assert.Single(IndexAnchor.AllOf(page.Text)).Path);

        Assert.Equal($"/alpha/simple/linked/{wheel.Filename}", url.AbsolutePath);
        (await _alpha.AskAsync(url.AbsolutePath)).With(200);
    }

    private static (string, string) Basic(string user, string password) => ("Authorization", PyWharfProcess.Basic(user, password).ToString());
}
