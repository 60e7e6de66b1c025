using System.Collections.Concurrent;
using System.Text.Json;

namespace PyWharf.Integration.Support.GitHub;

/// <summary>
/// GitHub's own description of its API (OpenAPI 3.0, the npm package <c>@octokit/openapi</c>), which <c>test.sh</c> fetches.
/// What the fake answers, and what it is asked, is held against it.
/// </summary>
internal sealed class GitHubDescription
{
    private static readonly Lazy<GitHubDescription?> Loaded = new(() => Path is { } path ? new GitHubDescription(File.ReadAllBytes(path)) : null);

    private readonly JsonElement _root;
    private readonly ConcurrentDictionary<string, DescribedValue> _components = [];
    private readonly ConcurrentDictionary<string, DescribedValue?> _bodies = [];

    private GitHubDescription(byte[] text) => _root = JsonDocument.Parse(text).RootElement;

    /// <summary>The file; null where it was not fetched. <c>test.sh</c> alone knows which version.</summary>
    public static string? Path { get; } = RepositoryRoot.At("artifacts") is var folder && Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "octokit-openapi-*.json").FirstOrDefault()
        : null;

    /// <summary>Read once, when the first answer is checked; null where there is none.</summary>
    public static GitHubDescription? Current => Loaded.Value;

    /// <summary>Whether GitHub has such a call, and at that host.</summary>
    public bool Has(Route route) => Operation(route) is { } operation
        && (route.Origin == Origin.Uploads) == (At(operation, "servers") is { } servers && servers[0].GetProperty("url").GetString() == "https://uploads.github.com");

    /// <summary>What is wrong with an answer of the fake; null when all is well.</summary>
    public string? MistakeIn(Call call, Reply reply)
    {
        var described = call.Route is { } route && Operation(route) is { } operation ? At(operation, "responses", $"{reply.Status}") : null;
        if (described is null && !Deviations.IsGeneral(reply.Status))
        {
            return $"{call.Route?.ToString() ?? call.Method}: the description knows no answer {reply.Status}";
        }

        if (reply.ContentType != Reply.JsonType)
        {
            return null;
        }

        var schema = BodyOf($"{call.Route} {reply.Status}", described) ?? (reply.Status < 300 ? null : Component("#/components/schemas/basic-error"));

        return schema is null
            ? $"{call.Route}: the description knows no JSON in an answer {reply.Status}"
            : Mistake($"the answer {reply.Status} to {call.Route}", schema, reply.Body);
    }

    /// <summary>What is wrong with a request that the fake accepted; null when all is well.</summary>
    public string? MistakeInRequest(Call call) =>
        call.Body.Length > 0 && call.Route is { } route && Operation(route) is { } operation
            && BodyOf($"{route}", At(operation, "requestBody")) is { } schema
            ? Mistake($"the request {route}", schema, call.Body)
            : null;

    private static string? Mistake(string what, DescribedValue described, byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var mistakes = described.Mistakes(document.RootElement);

        return mistakes.Count == 0 ? null : $"{what} is not as described:{string.Concat(mistakes.Select(mistake => $"\n  {mistake}"))}";
    }

    private static JsonElement? At(JsonElement json, params IEnumerable<string> path)
    {
        JsonElement? found = json;
        foreach (var name in path)
        {
            found = found is { ValueKind: JsonValueKind.Object } here && here.TryGetProperty(name, out var inner) ? inner : null;
        }

        return found;
    }

    private JsonElement? Operation(Route route) => At(_root, "paths", route.Template, route.Method.ToLowerInvariant());

    private JsonElement Referred(string reference) =>
        At(_root, reference.Split('/')[1..]) ?? throw new InvalidOperationException($"{reference} leads nowhere.");

    private DescribedValue Component(string reference) => _components.GetOrAdd(reference, _ =>
    {
        var component = new DescribedValue(Referred(reference), Component);
        Deviations.Apply(reference, component);

        return component;
    });

    /// <summary>A body; null where it isn't described as JSON.</summary>
    private DescribedValue? BodyOf(string key, JsonElement? content) => _bodies.GetOrAdd(key, _ =>
    {
        var direct = content is { } some && At(some, "$ref") is { } reference ? Referred(reference.GetString()!) : content;

        return direct is { } here && At(here, "content", "application/json", "schema") is { } schema ? new DescribedValue(schema, Component) : null;
    });
}
