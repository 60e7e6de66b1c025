using System.Text.Json;
using System.Text.Json.Serialization;
using PyWharf.Domain;

namespace PyWharf.Api.Bodies;

/// <summary>Reads a JSON object from the body of a request, up to 64 KiB.</summary>
internal static class SmallJson
{
    private const int MaxBytes = 64 * 1024;

    // A misspelt key must not be ignored: the change would not be the one that was meant.
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    /// <summary>Reads the object; a new one from an empty body, and <see cref="FailureKind.Invalid"/> with a message from anything else.</summary>
    public static async Task<Outcome<T>> ReadAsync<T>(HttpContext http, string message)
        where T : new()
    {
        var body = new byte[MaxBytes + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, http.RequestAborted);
        if (length == 0)
        {
            return new T();
        }

        try
        {
            return length <= MaxBytes && JsonSerializer.Deserialize<T>(body.AsSpan(0, length), Options) is { } read ? read : new Failure(FailureKind.Invalid, message);
        }
        catch (JsonException)
        {
            return new Failure(FailureKind.Invalid, message);
        }
    }
}
