using System.Text.Json;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Deployments;

/// <summary>deploy/kubernetes-scale: an overlay of deploy/kubernetes, whose pods hold caches only.</summary>
public sealed class KubernetesScaleTests
{
    [FactWhen(Needs.Yaml)]
    public async Task The_kustomization_lists_every_manifest()
    {
        var kustomization = await ReadAsync("kubernetes-scale", "kustomization.yaml");
        var listed = kustomization.GetProperty("resources").EnumerateArray().Select(name => name.GetString() ?? "")
            .Concat(kustomization.GetProperty("patches").EnumerateArray().Select(patch => patch.GetProperty("path").GetString() ?? ""));

        Assert.Equal(
            Directory.GetFiles(RepositoryRoot.At("deploy", "kubernetes-scale")).Select(file => Path.GetFileName(file)).Order(),
            listed.Where(name => name != "../kubernetes").Append("kustomization.yaml").Order());
        Assert.Contains("../kubernetes", listed);
        Assert.Equal("delete", (await ReadAsync("kubernetes-scale", "statefulset.yaml")).GetProperty("$patch").GetString());
    }

    [FactWhen(Needs.Yaml)]
    public async Task A_pod_is_that_of_one_server_but_for_its_root_and_the_secrets_of_its_engines()
    {
        var one = At(await ReadAsync("kubernetes", "statefulset.yaml"), "spec", "template");
        var several = At(await ReadAsync("kubernetes-scale", "deployment.yaml"), "spec", "template");

        Assert.Equal(one.GetProperty("metadata").GetRawText(), several.GetProperty("metadata").GetRawText());
        Assert.Equal(Parts(At(one, "spec"), "containers", "volumes"), Parts(At(several, "spec"), "containers", "volumes", "topologySpreadConstraints"));
        Assert.Equal(Parts(At(one, "spec", "containers")[0]), Parts(At(several, "spec", "containers")[0], "envFrom"));
        var volumes = At(several, "spec", "volumes").EnumerateArray().ToList();
        Assert.Equal(At(one, "spec", "volumes").EnumerateArray().Select(volume => volume.GetRawText()), volumes.Skip(1).Select(volume => volume.GetRawText()));
        Assert.Equal("root", volumes[0].GetProperty("name").GetString());
        Assert.True(volumes[0].TryGetProperty("emptyDir", out _));
    }

    [FactWhen(Needs.Yaml)]
    public async Task Pods_are_updated_one_by_one_and_are_those_of_service_and_budget()
    {
        var deployment = At(await ReadAsync("kubernetes-scale", "deployment.yaml"), "spec");
        var labels = At(deployment, "selector", "matchLabels").GetRawText();

        Assert.True(deployment.GetProperty("replicas").GetInt32() > 1);
        Assert.Equal(0, At(deployment, "strategy", "rollingUpdate", "maxUnavailable").GetInt32());
        Assert.Equal(labels, At(deployment, "template", "metadata", "labels").GetRawText());
        Assert.Equal(labels, At(deployment, "template", "spec", "topologySpreadConstraints")[0].GetProperty("labelSelector").GetProperty("matchLabels").GetRawText());
        Assert.Equal(labels, At(await ReadAsync("kubernetes", "service.yaml"), "spec", "selector").GetRawText());
        Assert.Equal(1, At(await ReadAsync("kubernetes", "poddisruptionbudget.yaml"), "spec", "maxUnavailable").GetInt32());
    }

    [FactWhen(Needs.Yaml)]
    public async Task The_configuration_is_one()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.At("read"), "r3ad");
        await File.WriteAllTextAsync(folder.At("write"), "wr1te");
        var config = At(await ReadAsync("kubernetes-scale", "config.yaml"), "data", "config.toml").GetString() ?? "";
        await File.WriteAllTextAsync(folder.At("config.toml"), config.Replace("/run/secrets/pywharf/", folder.Path + "/", StringComparison.Ordinal));

        (await PyWharfProcess.RunAsync(["check_config", $"--config={folder.At("config.toml")}"])).Succeeded().Saying("pywharf-packages");
    }

    private static Task<JsonElement> ReadAsync(string folder, string file) => YamlFile.ReadAsync(RepositoryRoot.At("deploy", folder, file));

    private static IEnumerable<(string, string)> Parts(JsonElement element, params string[] but) =>
        element.EnumerateObject().Where(part => !but.Contains(part.Name)).Select(part => (part.Name, part.Value.GetRawText())).Order();

    private static JsonElement At(JsonElement element, params string[] path) => path.Aggregate(element, (inner, name) => inner.GetProperty(name));
}
