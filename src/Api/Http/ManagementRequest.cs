using System.Text.Json;
using System.Text.Json.Serialization;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>The body of a request to the management API: <c>{"status": "archived", "reason": "…"}</c>, both optional, as is the body.</summary>
/// <param name="Status">A status marker, unchecked.</param>
/// <param name="Reason">For people, unchecked.</param>
internal sealed record DecisionBody(string? Status, string? Reason)
{
    private const int MostBytes = 64 * 1024;

    // A misspelt key would be a decision that nobody made.
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    /// <summary><see cref="FailureKind.Invalid"/> for anything else than such an object.</summary>
    public static async Task<Outcome<DecisionBody>> ReadAsync(HttpContext http)
    {
        var body = new byte[MostBytes + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, http.RequestAborted);
        if (length == 0)
        {
            return new DecisionBody(null, null);
        }

        try
        {
            return length <= MostBytes && JsonSerializer.Deserialize<DecisionBody>(body.AsSpan(0, length), Options) is { } read
                ? read
                : Malformed;
        }
        catch (JsonException)
        {
            return Malformed;
        }
    }

    private static Failure Malformed { get; } = new(
        FailureKind.Invalid, "The body must be a JSON object with the keys \"reason\" and, for a status, \"status\"; both are strings.");
}
