using System.Text.Json;
using Octokit.Internal;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>Reads and writes our records for Octokit, whose own serializer takes a missing field for a default value.</summary>
internal sealed class GitHubJsonSerializer : IJsonSerializer
{
    public string Serialize(object item) => JsonSerializer.Serialize(item, item.GetType(), GitHubJson.Default);

    /// <summary>Throws <see cref="JsonException"/> for anything else; null for <c>null</c>.</summary>
    public T Deserialize<T>(string json) => (T)JsonSerializer.Deserialize(json, typeof(T), GitHubJson.Default)!; // Octokit has no annotations
}
