using System.Text.Json;

namespace PyWharf.Integration.Doctor;

/// <summary>The JSON of <c>pywharf doctor --json</c>.</summary>
internal sealed class FoundByDoctor(int exitCode, string text, JsonElement json)
{
    public int ExitCode => exitCode;

    public string Text => text;

    public IReadOnlyDictionary<string, (string Status, IReadOnlyList<string> Clients, string Nginx, string HAProxy)> Checks { get; } =
        json.GetProperty("checks").EnumerateArray().ToDictionary(
            check => check.GetProperty("name").GetString() ?? "",
            check => (
                check.GetProperty("status").GetString() ?? "",
                (IReadOnlyList<string>)[.. check.GetProperty("clients").EnumerateArray().Select(client => client.GetString() ?? "")],
                TextOf(check.GetProperty("remedy"), "nginx"),
                TextOf(check.GetProperty("remedy"), "haproxy")));

    /// <summary>The names of the checks that failed.</summary>
    public IEnumerable<string> Failures => Checks.Where(check => check.Value.Status == "failed").Select(check => check.Key);

    public override string ToString() => text;

    private static string TextOf(JsonElement remedy, string proxy) => remedy.ValueKind == JsonValueKind.Null ? "" : remedy.GetProperty(proxy).GetString() ?? "";
}
