namespace PyWharf.Unit.Api.Cli;

public sealed class DoctorCommandTests
{
    private static readonly Dictionary<string, string> Environment = new() { ["PASSWORD"] = "s3cret" };

    [Fact]
    public async Task An_address_is_enough()
    {
        var options = (await Invocation.Of("doctor", "https://pypi.example.com/pypi/")).Doctor;

        Assert.Equal(new Uri("https://pypi.example.com/pypi/"), options.Url);
        Assert.Null(options.Password);
        Assert.Equal((false, false), (options.MayUpload, options.IsJson));
    }

    [Fact]
    public async Task The_password_comes_from_the_environment()
    {
        var options = (await Invocation.With(Environment, "doctor", "http://localhost", "--user=team", "--password_env=PASSWORD", "--upload", "--json")).Doctor;

        Assert.Equal(("team", "s3cret", true, true), (options.User, options.Password, options.MayUpload, options.IsJson));
    }

    [Fact]
    public async Task A_token_needs_no_user_name() =>
        Assert.Equal("__token__", (await Invocation.With(Environment, "doctor", "http://localhost", "--password_env=PASSWORD")).Doctor.User);

    [Theory]
    [InlineData("--url must be an http:// or https:// URL without user, password and query", "pypi.example.com")]
    [InlineData("--url must be an http:// or https:// URL without user, password and query", "ftp://pypi.example.com")]
    [InlineData("--url must be an http:// or https:// URL without user, password and query", "https://team:s3cret@pypi.example.com/")]
    [InlineData("--password_env names an environment variable that is not set", "http://localhost", "--password_env=NONE")]
    [InlineData("--user needs --password_env", "http://localhost", "--user=team")]
    [InlineData("--upload needs --password_env", "http://localhost", "--upload")]
    public async Task Wrong_usage_is_told(string complaint, params string[] args) =>
        Assert.Equal(complaint, (await Invocation.With(Environment, ["doctor", .. args])).Complaint);
}
