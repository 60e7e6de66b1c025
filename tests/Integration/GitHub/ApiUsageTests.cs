using PyWharf.Application.Ports;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>Rules for all requests to GitHub, checked against an Enterprise Server whose API is below a path.</summary>
public sealed class ApiUsageTests : IAsyncLifetime
{
    private static readonly Distribution Uploaded = Wheels.Build("demo", "1.0+local.1");
    private static readonly Distribution Found = Wheels.Build("found", "2.0");

    private ServedRepository Pypi { get; set; } = null!; // by InitializeAsync

    private FakeGitHub GitHub => Pypi.GitHub;

    private IReadOnlyList<LoggedRequest> ToGitHub => [.. GitHub.Log.All.Where(request => request.Origin is Origin.Api or Origin.Uploads)];

    public async Task InitializeAsync()
    {
        Pypi = await ServedRepository.CreateAsync("/api/v3");
        await DoEverythingAsync();
    }

    public async Task DisposeAsync() => await Pypi.DisposeAsync();

    [Fact]
    public void Nothing_is_asked_without_a_product() =>
        Assert.All(GitHub.Log.All, request => Assert.StartsWith("pywharf/", request.Headers["User-Agent"], StringComparison.Ordinal));

    [Fact]
    public void All_of_GitHub_is_asked_for_one_version_of_its_API_with_a_token() => Assert.All(ToGitHub, request =>
    {
        Assert.Equal("2022-11-28", request.Headers["X-GitHub-Api-Version"]);
        Assert.Equal("Bearer", request.Headers["Authorization"]);
        Assert.NotNull(request.Token);
    });

    [Fact]
    public void The_storage_sees_no_token_and_nothing_else_of_GitHubs()
    {
        Assert.NotEmpty(GitHub.Log.To(Origin.Storage));
        Assert.All(GitHub.Log.To(Origin.Storage), request =>
        {
            Assert.False(request.HasAuthorization);
            Assert.DoesNotContain(request.Headers.Keys, name => name.StartsWith("X-GitHub", StringComparison.OrdinalIgnoreCase));
        });
    }

    [Fact]
    public void The_pages_for_people_are_not_used() => Assert.Empty(GitHub.Log.To(Origin.Web));

    [Fact]
    public void Files_go_to_the_address_that_the_draft_names_with_their_length_and_their_name_escaped()
    {
        var upload = Assert.Single(GitHub.Log.To(Origin.Uploads));

        Assert.StartsWith("/api/uploads/repos/acme/packages/releases/", upload.Path, StringComparison.Ordinal);
        Assert.Equal("?name=demo-1.0%2Blocal.1-py3-none-any.whl", upload.Query);
        Assert.Equal($"{Uploaded.Content.Length}", upload.Headers["Content-Length"]);
        Assert.Equal("application/zip", upload.Headers["Content-Type"]);
        Assert.Equal(201, upload.Status);
    }

    [Fact]
    public void No_body_is_sent_in_chunks() => Assert.All(ToGitHub, request => Assert.DoesNotContain("Transfer-Encoding", request.Headers.Keys));

    [Fact]
    public void A_plus_sign_is_escaped_wherever_a_name_stands()
    {
        Assert.Contains(ToGitHub, request => request.Path.EndsWith("/releases/tags/demo-1.0%2Blocal.1-py3-none-any.whl", StringComparison.Ordinal));
        Assert.Contains(ToGitHub, request => request is { Method: "DELETE" } && request.Path.EndsWith("/git/refs/tags/demo-1.0%2Blocal.1-py3-none-any.whl", StringComparison.Ordinal));
        Assert.All(ToGitHub, request => Assert.DoesNotContain('+', request.Path + request.Query));
    }

    [Fact]
    public void No_address_ends_with_a_slash() => Assert.All(ToGitHub, request => Assert.False(request.Path.EndsWith('/'), request.ToString()));

    [Fact]
    public void Nobody_is_asked_who_they_are_or_what_others_may() => Assert.DoesNotContain(
        ToGitHub, request => request.Path.EndsWith("/user", StringComparison.Ordinal) || request.Path.Contains("/collaborators/", StringComparison.Ordinal));

    [Fact]
    public void Contents_are_asked_for_raw()
    {
        Assert.All(
            ToGitHub.Where(request => request.Path.Contains("/git/blobs/", StringComparison.Ordinal)),
            request => Assert.Equal("application/vnd.github.raw+json", request.Headers["Accept"]));
        Assert.Equal(0, GitHub.Log.Count("GET", "/contents/"));
    }

    [Fact]
    public void Nothing_was_refused()
    {
        string[] absent = ["/releases/tags/", "/git/trees/"];

        Assert.DoesNotContain(GitHub.Log.All, request => request.Status >= 400 && !absent.Any(path => request.Path.Contains(path, StringComparison.Ordinal)));
    }

    private async Task DoEverythingAsync()
    {
        Pypi.Publish(Found);
        var server = await Pypi.ServerAsync(writesIndex: true);
        var proxy = await Pypi.ServerAsync(proxies: true);
        await server.IndexAsync();
        Assert.Equal(Publication.Published, (await server.PublishAsync(Uploaded)).Value);
        Assert.Null((await server.Backend.SyncAsync(default)).Failure);
        Assert.Null(await server.DescribeAsync());
        Assert.Null((await proxy.Backend.SyncAsync(default)).Failure);
        foreach (var file in await proxy.FilesAsync())
        {
            Assert.Null((await server.OpenAsync(file)).Failure);
            Assert.Null((await proxy.OpenAsync(file)).Failure);
        }

        Assert.Null((await server.Backend.GetAccessAsync(new(Pypi.Reader.Value), default, AccessLevel.Read, default)).Failure);
        Assert.Null((await server.DeleteAsync(await server.FileAsync(Uploaded))).Failure);
        Assert.False(Pypi.HasTag(Uploaded.Filename));
        Assert.Null((await proxy.Backend.SyncAsync(default)).Failure);
    }
}
