using System.Text.Json.Serialization;

namespace PyWharf.Application.Resolution;

/// <summary>Where a file of a project is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FileSource>))]
public enum FileSource
{
    /// <summary>In the repository itself.</summary>
    [JsonStringEnumMemberName("local")]
    Local,

    /// <summary>At an upstream index.</summary>
    [JsonStringEnumMemberName("upstream")]
    Upstream,

    /// <summary>In a repository that is a member of the group.</summary>
    [JsonStringEnumMemberName("member")]
    Member,
}
