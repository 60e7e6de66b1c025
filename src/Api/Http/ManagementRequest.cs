using System.Text.Json;
using System.Text.Json.Serialization;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>The body of a request to the management API: <c>{"status": "archived", "reason": "…"}</c>, both optional, as is the body.</summary>
/// <param name="Status">A status marker, unchecked.</param>
/// <param name="Reason">A human-readable reason, unchecked.</param>
internal sealed record ManagementRequest(string? Status, string? Reason)
{
    private const int MaxBytes = 64 * 1024;

    // A misspelt key must not be ignored: the change would not be the one that was meant.
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    /// <summary>Reads the body; <see cref="FailureKind.Invalid"/> if it is anything else than such an object.</summary>
    public static async Task<Outcome<ManagementRequest>> ReadAsync(HttpContext http)
    {
        var body = new byte[MaxBytes + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, http.RequestAborted);
        if (length == 0)
        {
            return new ManagementRequest(null, null);
        }

        try
        {
            return length <= MaxBytes && JsonSerializer.Deserialize<ManagementRequest>(body.AsSpan(0, length), Options) is { } read
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
