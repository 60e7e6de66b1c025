using System.Text.Json;
using PyWharf.Integration.Release;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.Engines;

namespace PyWharf.Integration.Deployments;

/// <summary>deploy/compose-scale: the file by its parts, and a real server with nginx, Ceph and PostgreSQL with its configurations.</summary>
public sealed class ComposeScaleTests : IDisposable
{
    private static readonly string[] Servers = ["pywharf-1", "pywharf-2", "pywharf-3"];

    private readonly TempFolder _folder = new();

    [FactWhen(Needs.Yaml)]
    public async Task Its_servers_are_alike_but_for_their_caches_and_addresses()
    {
        var services = (await ReadAsync()).GetProperty("services");

        foreach (var server in Servers.Select(services.GetProperty))
        {
            await CommandLines.ParseAsync(Texts(server.GetProperty("command")));
            Assert.Equal($"ghcr.io/pywharf/pywharf:{ReleaseFixture.Version}", server.GetProperty("image").GetString());
            Assert.True(server.GetProperty("read_only").GetBoolean());
            Assert.Equal(["ALL"], Texts(server.GetProperty("cap_drop")));
        }

        Assert.Equal(3, Servers.Select(name => services.GetProperty(name).GetProperty("volumes")[0].GetString()).Distinct().Count());
        Assert.Equal(3, Servers.Select(name => services.GetProperty(name).GetProperty("networks").GetRawText()).Distinct().Count());
        Assert.All(Servers, name => Assert.Contains($"server {name}:8888 ", DeployedFile.Read("compose-scale/nginx.conf"), StringComparison.Ordinal));
    }

    [FactWhen(Needs.Yaml)]
    public async Task Its_files_volumes_and_images_are_there()
    {
        var compose = await ReadAsync();

        foreach (var service in compose.GetProperty("services").EnumerateObject().Select(service => service.Value))
        {
            Assert.Matches(@":\d+(\.\d+)+$", service.GetProperty("image").GetString());
            foreach (var mount in service.TryGetProperty("volumes", out var volumes) ? Texts(volumes) : [])
            {
                var source = mount.Split(':')[0];
                Assert.True(
                    source is "./cert.pem" or "./key.pem" || compose.GetProperty("volumes").TryGetProperty(source, out _)
                        || File.Exists(RepositoryRoot.At("deploy", "compose-scale", source)),
                    mount);
            }
        }
    }

    [Fact]
    public async Task The_commands_at_its_top_make_the_secrets_that_it_names()
    {
        var lines = DeployedFile.Read("compose-scale/compose.yaml").Split('\n').Where(line => line.StartsWith("#   ", StringComparison.Ordinal)).Select(line => line[4..])
            .Where(line => !line.StartsWith("docker ", StringComparison.Ordinal) && !line.StartsWith("pywharf ", StringComparison.Ordinal) && !line.StartsWith("chown ", StringComparison.Ordinal));

        (await ChildProcess.RunAsync(ChildProcess.Describe(
            "/bin/bash", ["-e", "-c", $"cd {_folder.Path}\n{string.Join('\n', lines)}"], [("PATH", "/usr/bin:/bin")]))).Succeeded();

        var database = (await File.ReadAllTextAsync(_folder.At("secrets", "pywharf.env"))).Trim();
        Assert.Equal($"PYWHARF_DATABASE=postgresql://pywharf:{(await File.ReadAllTextAsync(_folder.At("secrets", "database"))).Trim()}@postgres/pywharf", database);
        await CommandLines.ParseAsync($"server /pywharf-root --database={database.Split('=', 2)[1]}");
        Assert.Matches("^AWS_ACCESS_KEY_ID=pywharf\nAWS_SECRET_ACCESS_KEY=[0-9a-f]{32}\n$", await File.ReadAllTextAsync(_folder.At("secrets", "storage.env")));
        Assert.All(["read", "write"], secret => Assert.True(File.Exists(_folder.At("secrets", secret))));
    }

    [FactWhen(Needs.Nginx, Needs.Ceph, Needs.PostgreSql)]
    public async Task Its_configurations_make_a_deployment_that_pleases_the_doctor()
    {
        await File.WriteAllTextAsync(_folder.At("read"), "r3ad\n");
        await File.WriteAllTextAsync(_folder.At("write"), "wr1te\n");
        var ceph = await Ceph.OfThisRunAsync();
        var config = DeployedFile.Read(
            "compose-scale/config.toml",
            ("/run/secrets/", _folder.Path + "/"),
            ("http://storage:8333", ceph.Url.AbsoluteUri),
            ("bucket = \"packages\"\n", $"bucket = \"{Ceph.Bucket}\"\nprefix = \"{Guid.NewGuid():N}\"\n"));
        await File.WriteAllTextAsync(_folder.At("config.toml"), config);
        using var server = await PyWharfProcess.StartAsync(
            ["server", _folder.At("root"), $"--config={_folder.At("config.toml")}", "--host=127.0.0.1", "--port=0", "--extra_index_url=", "--trusted_proxy=127.0.0.1"],
            [
                ("AWS_ACCESS_KEY_ID", Ceph.AccessKey),
                ("AWS_SECRET_ACCESS_KEY", Ceph.SecretKey),
                ("PYWHARF_DATABASE", await (await PostgreSqlEngine.SharedAsync()).CreateDatabaseAsync()),
            ]);
        var certificate = new TestCertificate(_folder.Path);
        var port = ProxyProcess.FreePort();
        using var nginx = await ProxyProcess.StartNginxAsync(
            _folder.Path,
            DeployedFile.Read(
                "compose-scale/nginx.conf",
                [
                    ("listen 443", $"listen 127.0.0.1:{port}"), ("pypi.example.com", "localhost"),
                    .. Servers.Select(name => ($"{name}:8888", server.BaseAddress.Authority)),
                ]),
            port);

        var doctor = await PyWharfProcess.RunAsync(
            ["doctor", $"https://localhost:{port}/", "--user=team", "--password_env=THE_PASSWORD", "--upload"], [certificate.Trusted, ("THE_PASSWORD", "wr1te")]);

        doctor.Succeeded().Saying("19 ok");
    }

    public void Dispose() => _folder.Dispose();

    private static Task<JsonElement> ReadAsync() => YamlFile.ReadAsync(RepositoryRoot.At("deploy", "compose-scale", "compose.yaml"));

    private static string[] Texts(JsonElement array) => [.. array.EnumerateArray().Select(text => text.GetString() ?? "")];
}
