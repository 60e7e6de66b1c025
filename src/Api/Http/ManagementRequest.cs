namespace PyWharf.Api.Http;

/// <summary>The body of a request to the management API: <c>{"status": "archived", "reason": "…"}</c>, both optional, as is the body.</summary>
internal sealed record ManagementRequest
{
    /// <summary>What the body must be, as a sentence.</summary>
    public const string Expected = "The body must be a JSON object with the keys \"reason\" and, for a status, \"status\"; both are strings.";

    /// <summary>A status marker, unchecked.</summary>
    public string? Status { get; init; }

    /// <summary>A human-readable reason, unchecked.</summary>
    public string? Reason { get; init; }
}
