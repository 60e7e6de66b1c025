using System.Text;
using System.Text.Json;

namespace PyWharf.Infrastructure.Doctor;

/// <summary>An answer of the deployment.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Body">The body as sent, up to <see cref="MaxBodyBytes"/>.</param>
internal sealed record Reply(int Status, byte[] Body)
{
    /// <summary>The index page of 100,000 projects has some megabytes.</summary>
    public const int MaxBodyBytes = 16 * 1024 * 1024;

    private const int MaxQuotedLength = 120;

    private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether it leads to another URL.</summary>
    public bool IsRedirect => Status is 301 or 302 or 303 or 307 or 308 && this["Location"] is not null;

    /// <summary>Whether the body is longer than <see cref="Body"/>.</summary>
    public bool IsCutOff { get; init; }

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The media type, without parameters, in lower case.</summary>
    public string MediaType => (this["Content-Type"] ?? "").Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>The status and the beginning of the body, for messages.</summary>
    public string Summary
    {
        get
        {
            var line = MediaType is "text/plain" or "application/json" ? Text.ReplaceLineEndings(" ").Trim() : MediaType;

            return line.Length == 0 ? $"{Status}" : $"{Status} ({(line.Length > MaxQuotedLength ? line[..MaxQuotedLength] + "…" : line)})";
        }
    }

    /// <summary>A header; null if it is absent.</summary>
    public string? this[string header] => _headers.GetValueOrDefault(header);

    /// <summary>The URL that a redirect leads to.</summary>
    public Uri? TargetFrom(Uri url) => IsRedirect && Uri.TryCreate(url, this["Location"], out var target) ? target : null;

    /// <summary>The body as JSON; null if it is none.</summary>
    public JsonElement? ToJson()
    {
        try
        {
            using var document = JsonDocument.Parse(Body);

            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Add(string name, string value) => _headers[name] = _headers.TryGetValue(name, out var first) ? $"{first}, {value}" : value;

    public static async Task<Reply> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var read = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int count;
        while (read.Length <= MaxBodyBytes && (count = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            read.Write(buffer, 0, count);
        }

        var reply = new Reply((int)response.StatusCode, read.ToArray()) { IsCutOff = read.Length > MaxBodyBytes };
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            reply.Add(name, values.ToString());
        }

        return reply;
    }
}
