using System.Text.Json;

namespace PyWharf.Integration.Support;

/// <summary>YAML, read by Python's reader.</summary>
internal static class YamlFile
{
    /// <summary>The only document of a file.</summary>
    public static async Task<JsonElement> ReadAsync(string path)
    {
        var read = await ChildProcess.RunAsync(
            ChildProcess.Describe(PythonClients.Python ?? "", ["-c", "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)", path], [("PATH", "/usr/bin:/bin")]));

        return JsonDocument.Parse(read.Succeeded().Stdout).RootElement;
    }
}
