using System.Text.Json;
using Microsoft.AspNetCore.HttpOverrides;
using PyWharf.Api.Hosting;
using PyWharf.Integration.Release;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Deployments;

/// <summary>deploy/kubernetes: that its parts fit together, and the program.</summary>
public sealed class KubernetesTests
{
    [FactWhen(Needs.Yaml)]
    public async Task The_kustomization_lists_every_manifest()
    {
        var listed = (await ReadAsync("kustomization.yaml")).GetProperty("resources").EnumerateArray().Select(name => name.GetString() ?? "").Append("kustomization.yaml").Order();

        Assert.Equal(Directory.GetFiles(RepositoryRoot.At("deploy", "kubernetes")).Select(Path.GetFileName).Order(), listed);
    }

    [FactWhen(Needs.Yaml)]
    public async Task The_pod_runs_the_program_without_privileges()
    {
        var pod = At(await ReadAsync("statefulset.yaml"), "spec", "template", "spec");
        var container = Assert.Single(pod.GetProperty("containers").EnumerateArray());

        var options = Assert.IsType<ServerOptions>(
            await CommandLines.ParseAsync([.. container.GetProperty("args").EnumerateArray().Select(argument => argument.GetString() ?? "")]));
        Assert.Empty(options.MetricsFrom);
        Assert.Equal(ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost, options.TrustedProxyHeaders);
        Assert.Equal($"ghcr.io/pywharf/pywharf:{ReleaseFixture.Version}", container.GetProperty("image").GetString());
        Assert.Equal("/health/ready", At(container, "readinessProbe", "httpGet", "path").GetString());
        Assert.Equal("/health/live", At(container, "livenessProbe", "httpGet", "path").GetString());
        Assert.True(At(pod, "securityContext", "runAsNonRoot").GetBoolean());
        Assert.True(At(container, "securityContext", "readOnlyRootFilesystem").GetBoolean());
        Assert.False(At(container, "securityContext", "allowPrivilegeEscalation").GetBoolean());
        var port = Assert.Single(container.GetProperty("ports").EnumerateArray());
        Assert.Equal(("http", 8888), (port.GetProperty("name").GetString(), port.GetProperty("containerPort").GetInt32()));
    }

    [FactWhen(Needs.Yaml)]
    public async Task Selectors_ports_and_volumes_fit_together()
    {
        var set = At(await ReadAsync("statefulset.yaml"), "spec");
        var labels = At(set, "template", "metadata", "labels").GetRawText();
        var pod = At(set, "template", "spec");
        var volumes = pod.GetProperty("volumes").EnumerateArray().Select(NameOf).Concat(set.GetProperty("volumeClaimTemplates").EnumerateArray().Select(claim => NameOf(claim.GetProperty("metadata"))));
        var mounts = pod.GetProperty("containers")[0].GetProperty("volumeMounts").EnumerateArray().Select(NameOf);

        Assert.Equal(volumes.Order(), mounts.Order());
        Assert.Equal(labels, At(set, "selector", "matchLabels").GetRawText());
        Assert.Equal(labels, At(await ReadAsync("service.yaml"), "spec", "selector").GetRawText());
        Assert.Equal(labels, At(await ReadAsync("poddisruptionbudget.yaml"), "spec", "selector", "matchLabels").GetRawText());
        var policy = At(await ReadAsync("networkpolicy.yaml"), "spec");
        Assert.Equal(labels, At(policy, "podSelector", "matchLabels").GetRawText());
        Assert.Equal("http", policy.GetProperty("ingress")[0].GetProperty("ports")[0].GetProperty("port").GetString());
        var backend = At(At(await ReadAsync("ingress.yaml"), "spec", "rules")[0], "http", "paths")[0].GetProperty("backend").GetProperty("service");
        Assert.Equal(NameOf(At(await ReadAsync("service.yaml"), "metadata")), NameOf(backend));
    }

    [FactWhen(Needs.Yaml)]
    public async Task The_configuration_starts_a_server()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.At("read"), "r3ad");
        await File.WriteAllTextAsync(folder.At("write"), "wr1te");
        var config = At(await ReadAsync("config.yaml"), "data", "config.toml").GetString() ?? "";

        using var server = await PyWharfProcess.StartAsync(folder.At("root"), config.Replace("/run/secrets/pywharf/", folder.Path + "/", StringComparison.Ordinal));

        using var reader = server.Client("team", "r3ad");
        Assert.True((await reader.GetAsync("simple/")).IsSuccessStatusCode);
    }

    private static Task<JsonElement> ReadAsync(string file) => YamlFile.ReadAsync(RepositoryRoot.At("deploy", "kubernetes", file));

    private static JsonElement At(JsonElement element, params string[] path) => path.Aggregate(element, (inner, name) => inner.GetProperty(name));

    private static string? NameOf(JsonElement element) => element.GetProperty("name").GetString();
}
