namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>The response to a conditional request (<c>If-None-Match</c>).</summary>
/// <param name="Value">The current value; null when it is unchanged, and when there is none.</param>
/// <param name="ETag">For the next request with the same token: GitHub's tags differ between tokens. Null when there is none.</param>
/// <param name="NotModified">Whether GitHub answered 304.</param>
internal sealed record ConditionalResponse<T>(T? Value, string? ETag, bool NotModified)
    where T : class;
