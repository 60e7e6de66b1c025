using System.Net;
using PyWharf.Application.Access;

namespace PyWharf.Api.Observability;

/// <summary>
/// A request, as the access log tells of it. A feature of the request while that runs. What clients choose is cut off at a length, so that a queue of
/// entries has bounds.
/// </summary>
internal sealed class AccessLogEntry
{
    private const int LongestMethod = 32;
    private const int LongestPath = 1024;
    private const int LongestUserAgent = 256;

    /// <summary>Set once a use case knows who sends the request.</summary>
    public Credential? Credential { get; set; }

    /// <summary>When the request began.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Identifies it.</summary>
    public required string RequestId { get; init; }

    /// <summary>The client's, after trusted proxies.</summary>
    public IPAddress? Address { get; set; }

    /// <summary>The token's name, or which secret it was; null for nobody known. Never a secret.</summary>
    public string? Actor { get; set; }

    /// <summary>As sent.</summary>
    public required string Method { get; init => field = Cut(value, LongestMethod); }

    /// <summary>As sent, without the query.</summary>
    public required string Path { get; init => field = Cut(value, LongestPath); }

    /// <summary>Of the answer; 499 if the client was gone before there was one.</summary>
    public int Status { get; set; }

    /// <summary>Length of the answer's body; null where that is not known, as the connection broke.</summary>
    public long? Bytes { get; set; }

    /// <summary>From the request's headers to the end of the answer.</summary>
    public TimeSpan Duration { get; set; }

    /// <summary>As sent.</summary>
    public string? UserAgent { get; init => field = value is null ? null : Cut(value, LongestUserAgent); }

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest];
}
