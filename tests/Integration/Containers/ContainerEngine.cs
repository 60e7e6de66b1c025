using Docker.DotNet;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;

namespace PyWharf.Integration.Containers;

/// <summary>The container engine of this machine: Docker, or podman's service at <c>DOCKER_HOST</c>.</summary>
/// <param name="Unmet">Why tests with containers are skipped here; null when they run.</param>
/// <param name="SdkImage">What the build stage of the Dockerfile starts from.</param>
/// <param name="RuntimeImage">What the last stage of the Dockerfile starts from.</param>
/// <param name="NginxImage">An nginx.</param>
internal sealed record ContainerEngine(string? Unmet, string SdkImage = "", string RuntimeImage = "", string NginxImage = "")
{
    /// <summary>A label of all that the tests create, by which <c>tests/containers.sh</c> removes what a killed run has left.</summary>
    public const string Label = "org.pywharf.tests";

    private const string HowToGetOne =
        "start Docker, or run ./test.sh --containers, which starts podman's service (podman system service --time=0 unix://PATH, with DOCKER_HOST=unix://PATH)";

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    private static readonly Lazy<ContainerEngine> Found = new(Find);

    public static ContainerEngine Local => Found.Value;

    /// <summary>A client of the engine's own API.</summary>
    public static DockerClient Connect() => TestcontainersSettings.OS.DockerEndpointAuthConfig.GetDockerClientBuilder(Guid.Empty).Build();

    private static ContainerEngine Find()
    {
        if (Environment.GetEnvironmentVariable("PYWHARF_NO_CONTAINERS") is { Length: > 0 } reason)
        {
            return new ContainerEngine(reason);
        }

        // Its resource reaper is an image that has to be pulled, and has rights over the engine. The tests remove what they create.
        TestcontainersSettings.ResourceReaperEnabled = false;
        try
        {
            if (TestcontainersSettings.OS.DockerEndpointAuthConfig is null)
            {
                return new ContainerEngine($"no container engine on this machine: {HowToGetOne}");
            }

            using var limit = new CancellationTokenSource(AnswerLimit);
            using var client = Connect();

            // On a thread without a synchronization context: attributes of tests, which ask for this, are made on one that has.
            return Task.Run(() => FindImagesAsync(client, limit.Token), limit.Token).GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is DockerUnavailableException or DockerApiException or HttpRequestException or TimeoutException or OperationCanceledException)
        {
            return new ContainerEngine($"no container engine answers: {HowToGetOne}");
        }
    }

    private static async Task<ContainerEngine> FindImagesAsync(DockerClient client, CancellationToken cancellationToken)
    {
        await client.System.PingAsync(cancellationToken);

        string[] wanted = ["mcr.microsoft.com/dotnet/sdk:10.0", "mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled", "docker.io/library/nginx:stable"];
        var found = new string?[wanted.Length];
        for (var i = 0; i < wanted.Length; i++)
        {
            // The second is made of the machine's own programs by tests/containers.sh, where no registry has the first.
            string[] names = [wanted[i], $"localhost/pywharf-tests/{wanted[i].Split('/', ':')[^2]}:latest"];
            foreach (var name in names)
            {
                found[i] ??= await ExistsAsync(client, name, cancellationToken) ? name : null;
            }
        }

        return found is [{ } sdk, { } runtime, { } nginx]
            ? new ContainerEngine(null, sdk, runtime, nginx)
            : new ContainerEngine($"the image {wanted[Array.IndexOf(found, null)]} is not on this machine: pull it, or run ./test.sh, which does");
    }

    private static async Task<bool> ExistsAsync(DockerClient client, string image, CancellationToken cancellationToken)
    {
        try
        {
            await client.Images.InspectImageAsync(image, cancellationToken);
            return true;
        }
        catch (DockerImageNotFoundException)
        {
            return false;
        }
    }
}
