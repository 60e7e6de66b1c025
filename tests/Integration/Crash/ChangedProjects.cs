using PyWharf.Integration.Support;

namespace PyWharf.Integration.Crash;

/// <summary>The projects of a repository that clients change at the same time, one project each.</summary>
/// <param name="root">The server's root folder.</param>
/// <param name="count">How many projects.</param>
/// <param name="random">Chooses the changes.</param>
internal sealed class ChangedProjects(string root, int count, Random random)
{
    private readonly List<ChangedProject> _projects = [.. Enumerable.Range(0, count).Select(number => new ChangedProject($"changed-{number}", new Random(random.Next())))];

    private Storage Storage => new(root);

    /// <summary>What was acknowledged, as text.</summary>
    public string Acknowledged => string.Join(
        ", ", _projects.SelectMany(project => project.Acknowledged).GroupBy(pair => pair.Key).OrderByDescending(kind => kind.Key)
            .Select(kind => $"{kind.Sum(pair => pair.Value)} {kind.Key.ToString().ToLowerInvariant()}"));

    /// <summary>Changes all of them until the server has gone, which it has to after so many changes.</summary>
    /// <param name="server">The server.</param>
    /// <param name="changes">After how many changes it is killed.</param>
    public async Task ChangeAndKillAsync(PyWharfProcess server, int changes)
    {
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var changing = Task.WhenAll(_projects.Select(project => Task.Run(async () =>
        {
            using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
            try
            {
                while (true)
                {
                    Assert.Equal(200, await project.ChangeAsync(client));
                    if (Interlocked.Decrement(ref changes) == 0)
                    {
                        killed.SetResult();
                    }
                }
            }
            catch (HttpRequestException)
            {
                // The server has gone.
            }
        })));
        await Task.WhenAny(killed.Task, changing);
        await server.Kill9Async();
        await changing;
    }

    /// <summary>Makes so many changes of each project.</summary>
    public async Task ChangeAsync(HttpClient client, int changes)
    {
        for (var change = 0; change < changes; change++)
        {
            foreach (var project in _projects)
            {
                Assert.Equal(200, await project.ChangeAsync(client));
            }
        }
    }

    /// <summary>
    /// Fails the test where the pages don't show what was acknowledged, where the storage has more or less than the pages, or where
    /// <c>pywharf verify</c>, which reads every file, finds a fault.
    /// </summary>
    public async Task AssertWholeAsync(PyWharfProcess server)
    {
        using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        foreach (var project in _projects)
        {
            await project.AssertShownAsync(client);
        }

        Assert.Subset(_projects.Select(project => project.Name).ToHashSet(), (await client.ReadProjectsAsync()).ToHashSet());
        Assert.Equal(_projects.SelectMany(project => project.Files).Order(StringComparer.Ordinal), Storage.Files.Order(StringComparer.Ordinal));
        Assert.Equal(Storage.Files.Order(StringComparer.Ordinal), Storage.Described.Order(StringComparer.Ordinal));
        Assert.Empty(Storage.Staged);
        var verified = await PyWharfProcess.RunAsync(["verify", root, "--audit"]);
        Assert.True(verified.ExitCode == 0, $"{verified.Stdout}{verified.Stderr}\n{server.Log}");
    }

    /// <summary>Downloads every file.</summary>
    public async Task AssertDownloadsAsync(HttpClient client)
    {
        foreach (var project in _projects)
        {
            await project.AssertDownloadsAsync(client);
        }
    }
}
