using System.Text.Json.Serialization;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>How GitHub's JSON is read and written. A response that lacks a required field is invalid.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(object))]
[JsonSerializable(typeof(GitHubRepository))]
[JsonSerializable(typeof(GitHubUser))]
[JsonSerializable(typeof(GitHubRelease))]
[JsonSerializable(typeof(IReadOnlyList<GitHubRelease>))]
[JsonSerializable(typeof(GitHubAsset))]
[JsonSerializable(typeof(GitHubTree))]
[JsonSerializable(typeof(GitHubWrittenFile))]
[JsonSerializable(typeof(GitHubRef))]
[JsonSerializable(typeof(ReleaseContent))]
[JsonSerializable(typeof(FileChange))]
[JsonSerializable(typeof(NewRepository))]
[JsonSerializable(typeof(NewRef))]
[JsonSerializable(typeof(NewPages))]
internal sealed partial class GitHubJson : JsonSerializerContext;
