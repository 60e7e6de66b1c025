using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PyWharf.Integration.Support.GitHub;

/// <summary>A request as the fake's parts see it.</summary>
internal sealed class Call
{
    private static readonly JsonElement NoFields = JsonSerializer.SerializeToElement(new { });

    public required FakeGitHub GitHub { get; init; }

    public required Origin Origin { get; init; }

    /// <summary>GET for HEAD, too.</summary>
    public required string Method { get; init; }

    /// <summary>The decoded segments of the path; a trailing slash leaves an empty one at the end.</summary>
    public required string[] Segments { get; init; }

    /// <summary>What it is for; null when the fake knows no such call.</summary>
    public Route? Route => field ??= Routes.Find(Origin, Method, Segments);

    /// <summary>The query; a plus sign in it is a space.</summary>
    public required IQueryCollection Query { get; init; }

    public required IHeaderDictionary Headers { get; init; }

    public required FakeToken? Token { get; init; }

    public required long? ContentLength { get; init; }

    public byte[] Body { get; set; } = [];

    /// <summary>The fields of a JSON body.</summary>
    public JsonElement Fields { get; private set; } = NoFields;

    /// <summary>What this request is to do; a fault hides the rest from the client.</summary>
    public Effect Effect { get; set; } = Effect.Whole;

    /// <summary>The refs of the repository when the request came in: a commit that is based on an older state fails.</summary>
    public ImmutableDictionary<string, string>? RefsAtArrival { get; init; }

    public string Accept => Headers.Accept.ToString();

    /// <summary>Whether an upload is refused for what its header fields say; its body isn't read then.</summary>
    public bool IsRefusedUnread => Origin == Origin.Uploads && (ContentLength is null || ContentLength >= GitHub.Limits.AssetSize);

    /// <summary>Reads the body as JSON; the answer when it isn't.</summary>
    public Reply? ParseFields()
    {
        if (Body.Length == 0)
        {
            return null;
        }

        try
        {
            Fields = JsonSerializer.Deserialize<JsonElement>(Body);
        }
        catch (JsonException)
        {
            return Reply.Error(400, "Problems parsing JSON");
        }

        return Fields.ValueKind == JsonValueKind.Object ? null : Reply.Error(400, "Body should be a JSON object");
    }

    /// <summary>A text among the fields; null where it is absent, null or something else.</summary>
    public string? Text(string field) =>
        Fields.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A yes or no among the fields; null where it is absent or something else.</summary>
    public bool? Flag(string field) => Fields.TryGetProperty(field, out var value)
        ? value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
        : null;

    /// <summary>A whole number of the query.</summary>
    public int Number(string name, int absent) =>
        int.TryParse(Query[name], out var number) && number > 0 ? number : absent;
}
