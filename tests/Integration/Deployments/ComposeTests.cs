using System.Text.Json;
using PyWharf.Integration.Release;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Deployments;

/// <summary>deploy/compose: the file by its parts, and a real server and nginx with its configurations.</summary>
public sealed class ComposeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [FactWhen(Needs.Yaml)]
    public async Task Its_services_have_a_command_an_image_and_files_that_exist()
    {
        var compose = await YamlFile.ReadAsync(RepositoryRoot.At("deploy", "compose", "compose.yaml"));
        var server = compose.GetProperty("services").GetProperty("pywharf");

        await CommandLines.ParseAsync(Texts(server.GetProperty("command")));
        Assert.Equal($"ghcr.io/pywharf/pywharf:{ReleaseFixture.Version}", server.GetProperty("image").GetString());
        Assert.True(server.GetProperty("read_only").GetBoolean());
        Assert.Equal(["ALL"], Texts(server.GetProperty("cap_drop")));
        foreach (var mount in compose.GetProperty("services").EnumerateObject().SelectMany(service => Texts(service.Value.GetProperty("volumes"))))
        {
            var source = mount.Split(':')[0];
            Assert.True(
                source is "./cert.pem" or "./key.pem" || compose.GetProperty("volumes").TryGetProperty(source, out _) || File.Exists(RepositoryRoot.At("deploy", "compose", source)), mount);
        }
    }

    [FactWhen(Needs.Nginx)]
    public async Task Its_configurations_make_a_deployment_that_pleases_the_doctor()
    {
        await File.WriteAllTextAsync(_folder.At("read"), "r3ad\n");
        await File.WriteAllTextAsync(_folder.At("write"), "wr1te\n");
        var config = DeployedFile.Read("compose/config.toml", ("/run/secrets/", _folder.Path + "/"));
        using var server = await PyWharfProcess.StartAsync(_folder.At("root"), config, "--trusted_proxy=127.0.0.1");
        var certificate = new TestCertificate(_folder.Path);
        var port = ProxyProcess.FreePort();
        using var nginx = await ProxyProcess.StartNginxAsync(
            _folder.Path,
            DeployedFile.Read("compose/nginx.conf", ("listen 443", $"listen 127.0.0.1:{port}"), ("pypi.example.com", "localhost"), ("pywharf:8888", server.BaseAddress.Authority)),
            port);

        var doctor = await PyWharfProcess.RunAsync(
            ["doctor", $"https://localhost:{port}/", "--user=team", "--password_env=THE_PASSWORD", "--upload"], [certificate.Trusted, ("THE_PASSWORD", "wr1te")]);

        doctor.Succeeded().Saying("19 ok");
    }

    public void Dispose() => _folder.Dispose();

    private static string[] Texts(JsonElement array) => [.. array.EnumerateArray().Select(text => text.GetString() ?? "")];
}
