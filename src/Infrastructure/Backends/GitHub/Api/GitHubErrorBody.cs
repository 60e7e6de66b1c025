using System.Text.Json;
using System.Text.RegularExpressions;

namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>The body of an error response: <c>{"message", "errors": [{"resource", "field", "code", "message"}]}</c>.</summary>
internal sealed partial class GitHubErrorBody
{
    private const int MaxLength = 400;

    private readonly string _text;

    private GitHubErrorBody(string text, bool isAlreadyExists)
    {
        _text = text;
        IsAlreadyExists = isAlreadyExists;
    }

    private static readonly GitHubErrorBody None = new("", false);

    /// <summary>
    /// Whether the error is that something exists already. For releases and assets the code says so; for repositories and branches there is no code, or
    /// <c>custom</c>, and only the message says so.
    /// </summary>
    public bool IsAlreadyExists { get; }

    /// <summary>
    /// Whether the message is about a rate limit. A secondary limit may come without headers, as does the lock after too many bad tokens from one
    /// address, which says nothing about the token of this request.
    /// </summary>
    public bool IsRateLimit =>
        ((string[])["rate limit", "abuse detection", "login attempts"]).Any(words => _text.Contains(words, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads the body of a response; anything else than such a body has no message.</summary>
    public static async Task<GitHubErrorBody> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));

            return document.RootElement.ValueKind == JsonValueKind.Object ? Read(document.RootElement) : None;
        }
        // InvalidOperationException: a lone surrogate, which is valid JSON and no valid text.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or IOException or HttpRequestException)
        {
            return None;
        }
    }

    /// <summary>The message in one line of bounded length, without signed URLs; empty when there is none.</summary>
    public override string ToString() => _text;

    private static GitHubErrorBody Read(JsonElement body)
    {
        var errors = body.TryGetProperty("errors", out var array) && array.ValueKind == JsonValueKind.Array ? array.EnumerateArray().ToList() : [];
        var told = string.Join("; ", errors.Select(Describe).Where(error => error.Length != 0));
        var message = Text(body, "message");

        return new GitHubErrorBody(
            OneLine(told.Length == 0 ? message : $"{message} ({told})"),
            errors.Any(error => Text(error, "code") == "already_exists")
                || message.Contains("already exists", StringComparison.OrdinalIgnoreCase)
                || told.Contains("already exists", StringComparison.OrdinalIgnoreCase));
    }

    private static string Describe(JsonElement error)
    {
        if (error.ValueKind == JsonValueKind.String)
        {
            return error.GetString() ?? "";
        }

        return Text(error, "message") is { Length: > 0 } message
            ? message
            : string.Join(' ', new[] { Text(error, "resource"), Text(error, "field"), Text(error, "code") }.Where(part => part.Length != 0));
    }

    private static string Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() ?? ""
            : "";

    private static string OneLine(string text)
    {
        var line = NotInALine().Replace(Query().Replace(text, "$1?…"), " ").Trim();

        return line.Length <= MaxLength ? line : line[..MaxLength] + '…';
    }

    /// <summary>A URL with a query may be signed.</summary>
    [GeneratedRegex(@"(https?://[^\s?]*)\?\S*", RegexOptions.IgnoreCase)]
    private static partial Regex Query();

    [GeneratedRegex(@"[\s\p{C}]+")]
    private static partial Regex NotInALine();
}
