using System.Text;
using Docker.DotNet.Models;
using DotNet.Testcontainers;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Images;
using DotNet.Testcontainers.Networks;
using DotNet.Testcontainers.Volumes;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Containers;

/// <summary>The image of the Dockerfile, run as docs/install.md says, with nginx in front of it on a network of their own.</summary>
public sealed class ContainerFixture : IAsyncLifetime, IDisposable
{
    /// <summary>The commit that the image says it was built from.</summary>
    internal const string Revision = "0123456789abcdef0123456789abcdef01234567";

    private const int ServerPort = 8888;
    private const int ProxyPort = 8080;

    /// <summary>The build downloads packages and compiles ahead of time, on a machine where other tests run.</summary>
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(8);

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    /// <summary>The default of <c>docker stop</c>, which podman's service does not have.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly string _name = $"pywharf-tests-{Guid.NewGuid():N}";
    private readonly TempFolder _folder = new();
    private readonly Stack<Func<Task>> _deletions = new();
    private IContainer? _server;
    private IContainer? _nginx;

    internal IContainer Server => _server ?? throw new InvalidOperationException("It has not started yet.");

    internal IContainer Nginx => _nginx ?? throw new InvalidOperationException("It has not started yet.");

    /// <summary>The server's address, through nginx.</summary>
    internal Uri Address => new($"http://{Nginx.Hostname}:{Nginx.GetMappedPublicPort(ProxyPort)}/");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Requirement.Unmet(Needs.Containers) is not null)
        {
            return;
        }

        try
        {
            await CreateAsync();
        }
        catch
        {
            await DisposeAsync(); // xunit does not, where this fails.
            throw;
        }
    }

    /// <summary>Stops the server as <c>docker stop</c> does and starts the same container again. Gives back the exit code.</summary>
    internal async Task<long> RestartServerAsync()
    {
        await WithinAsync(StartLimit, Server.StopAsync);
        var exitCode = await Server.GetExitCodeAsync();
        await StartAsync(Server);

        // nginx looks up names when it reads its configuration, and the server may have another address now.
        Assert.Equal(0, (await Nginx.ExecAsync(["nginx", "-s", "reload"])).ExitCode);

        return exitCode;
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        while (_deletions.TryPop(out var delete))
        {
            await delete();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private async Task CreateAsync()
    {
        var image = new ImageFromDockerfileBuilder()
            .WithDockerfileDirectory(RepositoryRoot.At())
            .WithBuildArgument("SDK_IMAGE", ContainerEngine.Local.SdkImage)
            .WithBuildArgument("RUNTIME_IMAGE", ContainerEngine.Local.RuntimeImage)
            .WithBuildArgument("REVISION", Revision)
            .WithName($"localhost/{_name}:latest")
            .WithLabel(ContainerEngine.Label, "")
            .Build();
        var network = new NetworkBuilder().WithName(_name).WithLabel(ContainerEngine.Label, "").Build();
        var volume = new VolumeBuilder().WithName(_name).WithLabel(ContainerEngine.Label, "").Build();
        await CreateAsync(image, BuildLimit);
        await CreateAsync(network, StartLimit);
        await CreateAsync(volume, StartLimit);

        _server = await DescribeServerAsync(image, network, volume);
        _deletions.Push(() => _server.DisposeAsync().AsTask());
        await StartAsync(_server);

        _nginx = DescribeNginx(network);
        _deletions.Push(() => _nginx.DisposeAsync().AsTask());
        await StartAsync(_nginx);
    }

    private Task CreateAsync(IFutureResource resource, TimeSpan limit)
    {
        _deletions.Push(() => resource.DeleteAsync());

        return WithinAsync(limit, resource.CreateAsync);
    }

    private async Task<IContainer> DescribeServerAsync(IFutureDockerImage image, INetwork network, IVolume volume)
    {
        var config = _folder.At("config.toml");
        await File.WriteAllTextAsync(config, ServerFixture.Config);

        return new ContainerBuilder(image)
            .WithNetwork(network)
            .WithNetworkAliases("pywharf")
            .WithVolumeMount(volume, "/pywharf-root")
            .WithBindMount(config, "/etc/pywharf/config.toml", AccessMode.ReadOnly)
            .WithCommand("server", "/pywharf-root", "--config=/etc/pywharf/config.toml", "--extra_index_url=")
            .WithCreateParameterModifier(parameters =>
            {
                parameters.StopTimeout = StopLimit;
                var host = parameters.HostConfig ??= new HostConfig();
                host.ReadonlyRootfs = true;
                host.CapDrop = ["ALL"];
                host.SecurityOpt = ["no-new-privileges"];
            })
            .WithPortBinding(ServerPort, assignRandomHostPort: true)
            .WithWaitStrategy(Answering(ServerPort))
            .WithLabel(ContainerEngine.Label, "")
            .Build();
    }

    private static IContainer DescribeNginx(INetwork network)
    {
        const string Configuration =
            """
            user root;
            pid /tmp/nginx.pid;
            error_log stderr;
            events { }
            http {
              access_log off;
              client_body_temp_path /tmp/a; proxy_temp_path /tmp/b; fastcgi_temp_path /tmp/c; uwsgi_temp_path /tmp/d; scgi_temp_path /tmp/e;
              server {
                listen 8080;
                client_max_body_size 0;
                location / { proxy_pass http://pywharf:8888; proxy_set_header Host $http_host; proxy_request_buffering off; }
              }
            }
            """;

        return new ContainerBuilder(ContainerEngine.Local.NginxImage)
            .WithImagePullPolicy(PullPolicy.Never)
            .WithNetwork(network)
            .WithResourceMapping(Encoding.UTF8.GetBytes(Configuration), "/etc/nginx/nginx.conf")
            .WithEntrypoint("nginx")
            .WithCommand("-g", "daemon off;", "-e", "stderr")
            .WithPortBinding(ProxyPort, assignRandomHostPort: true)
            .WithWaitStrategy(Answering(ProxyPort))
            .WithLabel(ContainerEngine.Label, "")
            .Build();
    }

    private static IWaitForContainerOS Answering(ushort port) =>
        Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request.ForPort(port).ForPath("/health/ready"));

    /// <exception cref="InvalidOperationException">It did not start, or did not become ready; the message has what it wrote.</exception>
    private static async Task StartAsync(IContainer container)
    {
        try
        {
            await WithinAsync(StartLimit, container.StartAsync);
        }
        catch (Exception exception)
        {
            var (stdout, stderr) = await container.GetLogsAsync();
            throw new InvalidOperationException($"{container.Image.FullName} is not ready. It wrote:\n{stdout}\n{stderr}", exception);
        }
    }

    private static async Task WithinAsync(TimeSpan limit, Func<CancellationToken, Task> action)
    {
        using var end = new CancellationTokenSource(limit);
        await action(end.Token).WaitAsync(end.Token);
    }
}
