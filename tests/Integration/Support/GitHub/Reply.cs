using System.Text.Json;

namespace PyWharf.Integration.Support.GitHub;

/// <summary>An answer before it is sent, so that a fault can still replace it.</summary>
internal sealed record Reply(int Status, byte[] Body, string? ContentType)
{
    public const string JsonType = "application/json; charset=utf-8";

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public static Reply Json(int status, object value) => new(status, JsonSerializer.SerializeToUtf8Bytes(value), JsonType);

    public static Reply Empty(int status) => new(status, [], null);

    /// <summary>An error of the API (https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api).</summary>
    public static Reply Error(int status, string message, params object[] errors)
    {
        var documentation = "https://docs.github.com/rest";

        return errors.Length == 0
            ? Json(status, new { message, documentation_url = documentation, status = $"{status}" })
            : Json(status, new { message, errors, documentation_url = documentation, status = $"{status}" });
    }

    public static Reply NotFound(string message = "Not Found") => Error(404, message);

    /// <summary>422 for a field of a resource; the message where the code is <c>custom</c>.</summary>
    public static Reply Invalid(string resource, string code, string field, string? message = null) =>
        Error(422, "Validation Failed", message is null ? new { resource, code, field } : new { resource, code, field, message });

    public Reply With(string header, string value)
    {
        Headers[header] = value;

        return this;
    }
}
