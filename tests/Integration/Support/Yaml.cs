using System.Text.Json;

namespace PyWharf.Integration.Support;

/// <summary>Reads YAML with Python's parser: a test needs <see cref="Needs.Yaml"/>.</summary>
internal static class Yaml
{
    // Every scalar is a string: "on" and "yes" stay what is written.
    private const string ToJson = "import json, sys, yaml; print(json.dumps(list(yaml.load_all(sys.stdin, yaml.BaseLoader))))";

    /// <summary>A text that is one document.</summary>
    public static async Task<JsonElement> ReadAsync(string text) => Assert.Single(await ReadAllAsync(text));

    /// <summary>The documents of a text.</summary>
    public static async Task<IReadOnlyList<JsonElement>> ReadAllAsync(string text)
    {
        var json = await ChildProcess.RunAsync(
            ChildProcess.Describe(PythonClients.Python ?? "", ["-c", ToJson], [("PATH", "/usr/bin:/bin"), ("PYTHONIOENCODING", "utf-8")]), text);

        return JsonSerializer.Deserialize<JsonElement[]>(json.Succeeded().Stdout) ?? [];
    }
}
