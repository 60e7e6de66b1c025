using PyWharf.Api.Pages.Parts;
using PyWharf.Domain;

namespace PyWharf.Unit.Api.Pages.Parts;

public sealed class SetUpInstructionsTests
{
    private const string Https = "https://pypi.example.com";

    [Theory]
    [InlineData("http://127.0.0.1:8080", false)]
    [InlineData("http://localhost:8080", false)]
    [InlineData("http://[::1]:8080", false)]
    [InlineData(Https, false)]
    [InlineData("http://pypi.example.com", true)]
    [InlineData("http://10.0.0.5:8080", true)]
    [InlineData("http://[2001:db8::1]:8080", true)]
    public void Only_http_on_another_machine_has_to_be_trusted(string server, bool isUntrusted)
    {
        var sut = Of(server);
        var host = server.Split("//")[1];

        Assert.Equal(isUntrusted, Block(sut, "set-up-pip-conf").Contains($"trusted-host = {host}\n", StringComparison.Ordinal));
        Assert.Equal(isUntrusted, Block(sut, "install-pip").Contains($" --trusted-host {host} ", StringComparison.Ordinal));
        Assert.Equal(isUntrusted, Block(sut, "install-pdm").Contains("pypi.verify_ssl false", StringComparison.Ordinal));
        Assert.Equal(isUntrusted, Block(sut, "set-up-github-actions").Contains($"PIP_TRUSTED_HOST: {host}\n", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://pypi.example.com/python")]
    [InlineData("https://pypi.example.com:8443/a/b")]
    [InlineData("http://[2001:db8::1]:8080")]
    public void Every_URL_is_the_one_by_which_the_visitor_came(string server)
    {
        var sut = Of(server);
        var withSecret = server.Replace("//", "//__token__:SECRET@", StringComparison.Ordinal);

        Assert.Contains($"index-url = {withSecret}/team/simple/\n", Block(sut, "set-up-pip-conf"), StringComparison.Ordinal);
        Assert.Contains($"pypi.url {withSecret}/team/simple/\n", Block(sut, "install-pdm"), StringComparison.Ordinal);
        Assert.Contains($"repository = {server}/team/legacy/\n", Block(sut, "set-up-pypirc"), StringComparison.Ordinal);
        Assert.Contains($"url = \"{server}/team/simple/\"\npublish-url = \"{server}/team/legacy/\"\n", Block(sut, "set-up-uv-toml"), StringComparison.Ordinal);
        Assert.Contains($"TWINE_REPOSITORY_URL: {server}/team/legacy/\n", Block(sut, "set-up-github-actions"), StringComparison.Ordinal);
        Assert.Contains($"--repository-url {server}/team/legacy/ ", sut.Upload, StringComparison.Ordinal);
        foreach (var id in (string[])["install-pip", "install-uv", "install-poetry"])
        {
            Assert.Contains($"{server}/team/simple/", Block(sut, id), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_name_with_dots_is_one_that_each_client_takes()
    {
        var sut = Of(Https, "my.team-1");

        Assert.Contains("poetry source add my-team-1 ", Block(sut, "install-poetry"), StringComparison.Ordinal);
        Assert.Contains("http-basic.my-team-1 __token__", Block(sut, "install-poetry"), StringComparison.Ordinal);
        Assert.Contains("UV_INDEX_MY_TEAM_1_PASSWORD=SECRET", Block(sut, "install-uv"), StringComparison.Ordinal);
        Assert.Contains("UV_INDEX_MY_TEAM_1_PASSWORD=SECRET", Block(sut, "set-up-uv-toml"), StringComparison.Ordinal);
        Assert.Contains("--default-index my.team-1=", Block(sut, "install-uv"), StringComparison.Ordinal);
        Assert.Contains("[my.team-1]", Block(sut, "set-up-pypirc"), StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_what_everybody_may_read_takes_no_secret_and_uploading_does()
    {
        var sut = Of(Https, isOpen: true);

        foreach (var id in (string[])["install-pip", "install-uv", "install-poetry", "install-pdm", "set-up-pip-conf", "set-up-uv-toml"])
        {
            Assert.DoesNotContain("SECRET", Block(sut, id), StringComparison.Ordinal);
            Assert.DoesNotContain("__token__", Block(sut, id), StringComparison.Ordinal);
            Assert.DoesNotContain("authenticate", Block(sut, id), StringComparison.Ordinal);
        }

        Assert.Contains("password = SECRET", Block(sut, "set-up-pypirc"), StringComparison.Ordinal);
        Assert.Contains("PIP_INDEX_URL: https://pypi.example.com/team/simple/\n", Block(sut, "set-up-github-actions"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, " demo\n")]
    [InlineData("1.0", " demo==1.0\n")]
    [InlineData("1.0+local", " demo==1.0+local\n")]
    [InlineData("1!2.0", " 'demo==1!2.0'\n")]
    public void A_version_is_quoted_where_a_shell_reads_it_otherwise(string? version, string end)
    {
        foreach (var id in (string[])["install-pip", "install-uv", "install-poetry", "install-pdm"])
        {
            Assert.EndsWith(end, Block(Of(Https), id, version), StringComparison.Ordinal);
        }
    }

    private static SetUpInstructions Of(string server, string repository = "team", bool isOpen = false) => new(
        server, RepositoryName.TryParse(repository, out var name, out var problem) ? name : throw new ArgumentException(problem), isOpen, isReadOnly: false);

    private static string Block(SetUpInstructions sut, string id, string? version = null)
    {
        Assert.True(ProjectName.TryParse("demo", out var project));

        return sut.Blocks.Concat(sut.InstallBlocks(project, PackageVersion.TryParse(version, out var parsed) ? parsed : null)).Single(block => block.Id == id).Text;
    }
}
