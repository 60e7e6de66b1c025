using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.GitHub;

/// <summary>Who uploaded a file to a repository on GitHub.</summary>
public sealed class UploaderTests : GitHubServer
{
    [Fact]
    public async Task The_release_says_the_login_or_the_name_of_the_token()
    {
        var token = TokenText.New();
        var server = await StartAsync(Folder(), "[team.tokens.ci]", $"sha256 = \"{TokenText.DigestOf(token)}\"", "permission = \"write\"");
        using var person = server.Client(Name, Writer.Value);
        using var job = server.Client("__token__", token.Reveal());

        (await person.UploadAsync(Wheels.Build("by-a-person", "1.0"))).With(200);
        (await job.UploadAsync(Wheels.Build("by-a-job", "1.0"))).With(200);

        Assert.Equal([$"uploaded_by = \"{Writer.User}\"", "uploaded_by = \"ci\""], Repository.Releases.Select(release => release.Body!.Split('\n').Single(line => line.StartsWith("uploaded_by", StringComparison.Ordinal))));
        Assert.Single(GitHub.Log.All, request => request.Path.EndsWith("/user", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_server_knows_it_from_the_index_or_from_the_release()
    {
        await using var served = await ServedRepository.CreateAsync();
        var (first, second) = (await served.ServerAsync(), await served.ServerAsync());
        var wheel = Wheels.Build("demo", "1.0");
        Assert.Equal(Publication.Published, (await first.PublishAsync(wheel, by: "octocat")).Value);
        var published = await first.FileAsync(wheel);

        served.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Publication.AlreadyPublished, (await second.PublishAsync(wheel, by: "somebody else")).Value);
        Assert.Equal((published.UploadedAt, "octocat"), await UploadOfAsync(second));

        await first.IndexAsync();
        Assert.Equal((published.UploadedAt, "octocat"), await UploadOfAsync(await served.ServerAsync()));

        async Task<(DateTimeOffset?, string?)> UploadOfAsync(ServingProcess server) => await server.FileAsync(wheel) is var file ? (file.UploadedAt, file.UploadedBy) : default;
    }
}
