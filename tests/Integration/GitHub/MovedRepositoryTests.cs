using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>A renamed or transferred repository, with servers that are configured with its old name.</summary>
public sealed class MovedRepositoryTests : IAsyncLifetime
{
    private ServedRepository Pypi { get; set; } = null!; // by InitializeAsync

    private FakeGitHub GitHub => Pypi.GitHub;

    public async Task InitializeAsync() => Pypi = await ServedRepository.CreateAsync("/api/v3");

    public async Task DisposeAsync() => await Pypi.DisposeAsync();

    [Theory]
    [InlineData("renamed")]
    [InlineData("transferred")]
    public async Task A_server_goes_on_with_all_that_it_does(string how)
    {
        var (old, later) = (Wheels.Build("demo", "1.0"), Wheels.Build("demo", "2.0"));
        var server = await Pypi.ServerAsync(writesIndex: true);
        await server.PublishAsync(old);
        await server.IndexAsync();

        Move(how);

        Assert.Equal(Publication.Published, (await server.PublishAsync(later)).Value);
        Assert.Null((await server.Backend.SyncAsync(default)).Failure);
        foreach (var file in (Distribution[])[old, later])
        {
            var link = Assert.IsType<Download.Redirect>((await server.OpenAsync(await server.FileAsync(file))).Value);
            using var stranger = new HttpClient();
            Assert.Equal(file.Content, await stranger.GetByteArrayAsync(link.Location));
        }

        // The index names the assets of one by its old name and those of the other by its new one.
        var another = await Pypi.ServerAsync();
        Assert.Equal(2, (await another.FilesAsync()).Count);
        Assert.Null((await another.OpenAsync(await another.FileAsync(old))).Failure);
        Assert.Null((await server.DeleteAsync(await server.FileAsync(old))).Failure);
        Assert.Equal([later.Filename], Pypi.Repository.Releases.Select(release => release.Tag));
        Assert.False(Pypi.HasTag(old.Filename));
    }

    [Theory]
    [InlineData("renamed")]
    [InlineData("transferred")]
    public async Task A_file_that_is_just_being_uploaded_is_sent_whole_to_the_new_place(string how)
    {
        var server = await Pypi.ServerAsync();
        var wheel = Wheels.Build("demo", "1.0", payload: 400_000, random: true);
        var pause = new Fault.Pause();
        GitHub.Faults.Next(request => request.Origin == Origin.Uploads, pause);
        var publishing = server.PublishAsync(wheel);
        await pause.Reached;

        Move(how);
        pause.Release();

        Assert.Equal(Publication.Published, (await publishing).Value);
        Assert.Equal(wheel.Content, Assert.Single(Assert.Single(Pypi.Repository.Releases).Assets).Content);
        Assert.Equal([307, 201], GitHub.Log.To(Origin.Uploads).Select(request => request.Status ?? 0));
        Assert.All(GitHub.Log.To(Origin.Uploads), request => Assert.Equal((true, wheel.Content.Length), (request.HasAuthorization, request.BodyLength)));
        Assert.StartsWith($"/api/uploads/repositories/{Pypi.Repository.Id}/", GitHub.Log.To(Origin.Uploads)[1].Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_pages_of_its_releases_are_listed_and_it_is_logged_once_that_it_moved()
    {
        for (var i = 0; i < 250; i++)
        {
            Pypi.Repository.Publish($"a-{i}.zip", [1], "");
        }

        var log = new IndexServer.ListLogger();
        var apiUrl = new Uri(GitHub.ApiUrl.AbsoluteUri + "/");
        var api = GitHubApi.Create(apiUrl, "acme", "packages", Pypi.Time, log);
        Move("transferred");

        var listed = await api.ListReleasesAsync(new Secret(Pypi.Writer.Value), default).CountAsync();
        await api.GetRepositoryAsync(new Secret(Pypi.Writer.Value), default);

        Assert.Equal(250, listed);
        Assert.Equal([301, 200, 200, 200, 301, 200], GitHub.Log.All.Select(request => request.Status ?? 0));
        Assert.All(GitHub.Log.All, request => Assert.True(request.HasAuthorization));
        Assert.Contains("acme/packages has moved", Assert.Single(log.Warnings), StringComparison.Ordinal);
    }

    private void Move(string how)
    {
        if (how == "renamed")
        {
            Pypi.Repository.Rename("renamed");
        }
        else
        {
            Pypi.Repository.Transfer(GitHub.AddOrganization("umbrella"));
        }
    }
}
