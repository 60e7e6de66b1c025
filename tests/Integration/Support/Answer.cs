using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace PyWharf.Integration.Support;

/// <summary>What a server answered, read to its end.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Reason">The reason phrase.</param>
/// <param name="Bytes">The body as it came, still compressed where it was.</param>
internal sealed record Answer(int Status, string Reason, byte[] Bytes)
{
    private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Bytes).RootElement;

    /// <summary>A header field, all its lines together; null where there is none.</summary>
    public string? this[string header] => _headers.GetValueOrDefault(header);

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var answer = new Answer((int)response.StatusCode, response.ReasonPhrase ?? "", await response.Content.ReadAsByteArrayAsync());
            answer.Keep(response.Headers.NonValidated);
            answer.Keep(response.Content.Headers.NonValidated);

            return answer;
        }
    }

    /// <summary>This answer where it has that status; else the test fails with all of it.</summary>
    public Answer With(int status)
    {
        Assert.True(Status == status, $"Expected {status}, got {this}");

        return this;
    }

    public override string ToString() =>
        $"{Status} {Reason}\n{string.Concat(_headers.Select(header => $"{header.Key}: {header.Value}\n"))}\n{Text}";

    private void Keep(HttpHeadersNonValidated headers)
    {
        foreach (var (name, values) in headers)
        {
            _headers[name] = values.ToString();
        }
    }
}
