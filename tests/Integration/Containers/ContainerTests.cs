using PyWharf.Integration.Release;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Containers;

/// <summary>The project's own image, without root, without capabilities, with a root file system that is read-only.</summary>
public sealed class ContainerTests(ContainerFixture containers) : IClassFixture<ContainerFixture>, IDisposable
{
    private readonly PythonUser _user = new();

    [FactWhen(Needs.Containers, Needs.Twine, Needs.Venv)]
    public async Task Uploads_go_through_nginx_and_outlive_a_restart()
    {
        var wheel = Wheels.Build("in-a-container", "1.0", payload: 3_000_000, random: true).WriteTo(_user.At("dist"));
        (await _user.TwineUploadAsync(
            new Uri(containers.Address, "simple/"), ServerFixture.Repository, ServerFixture.WriteSecret, wheel)).Succeeded();

        Assert.Equal(0, await containers.RestartServerAsync());

        var python = await _user.CreateVenvAsync(PythonClients.Python ?? "");
        var index = new UriBuilder(new Uri(containers.Address, "simple/")) { UserName = ServerFixture.Repository, Password = ServerFixture.ReadSecret };
        (await _user.PipAsync(python, "install", "--index-url", index.Uri.AbsoluteUri, "in-a-container")).Succeeded();
        (await _user.RunAsync(python, ["-c", "import in_a_container; print(in_a_container.__version__)"])).Succeeded().Saying("1.0");
    }

    [FactWhen(Needs.Containers)]
    public async Task It_runs_without_root_and_capabilities_on_a_file_system_that_is_read_only()
    {
        using var client = ContainerEngine.Connect();
        var container = await client.Containers.InspectContainerAsync(containers.Server.Id);

        // Of the process as this machine sees it: the image need not have a program that shows it.
        var status = (await File.ReadAllLinesAsync($"/proc/{container.State?.Pid}/status")).Select(line => line.Split('\t', 2))
            .Where(line => line.Length == 2).ToDictionary(line => line[0], line => line[1]);

        Assert.True(container.HostConfig?.ReadonlyRootfs);
        Assert.Equal("1654\t1654\t1654\t1654", status["Uid:"]);
        Assert.Equal("0000000000000000", status["CapEff:"]);
        Assert.Equal("0000000000000000", status["CapBnd:"]);
        Assert.Equal("1", status["NoNewPrivs:"]);
    }

    [FactWhen(Needs.Containers)]
    public async Task Its_labels_say_what_it_is_and_where_it_comes_from()
    {
        using var client = ContainerEngine.Connect();
        var labels = (await client.Images.InspectImageAsync(containers.Server.Image.FullName)).Config?.Labels;

        Assert.NotNull(labels);
        Assert.Equal(ReleaseFixture.Version, labels["org.opencontainers.image.version"]);
        Assert.Equal(ContainerFixture.Revision, labels["org.opencontainers.image.revision"]);
        Assert.Equal(ContainerEngine.Local.RuntimeImage, labels["org.opencontainers.image.base.name"]);
        Assert.Equal("MIT", labels["org.opencontainers.image.licenses"]);
        Assert.Equal("https://github.com/pywharf/pywharf", labels["org.opencontainers.image.source"]);
    }

    [FactWhen(Needs.Containers)]
    public async Task It_tells_its_health_within_and_through_nginx()
    {
        using var client = new HttpClient { BaseAddress = containers.Address };

        (await InServerAsync("pywharf", "health")).Succeeded();
        Assert.Equal("ready", (await client.GetStringAsync("health/ready")).Trim());
    }

    [FactWhen(Needs.Containers)]
    public async Task Commands_run_in_it_beside_the_server()
    {
        var made = (await InServerAsync("pywharf", "token", "new", ServerFixture.Repository, "in-a-container")).Succeeded();
        using var client = new HttpClient { BaseAddress = containers.Address };
        client.DefaultRequestHeaders.Authorization = PyWharfProcess.Basic("__token__", made.Stdout.Trim());

        await Eventually.HoldsAsync(async () => (await client.GetAsync("simple/")).IsSuccessStatusCode);
    }

    public void Dispose() => _user.Dispose();

    private async Task<ProcessResult> InServerAsync(params string[] command)
    {
        var result = await containers.Server.ExecAsync(command);

        return new ProcessResult((int)(result.ExitCode ?? -1), result.Stdout, result.Stderr);
    }
}
