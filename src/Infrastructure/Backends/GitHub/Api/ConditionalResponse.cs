namespace PyWharf.Infrastructure.Backends.GitHub.Api;

/// <summary>The answer to a question that named what was known already.</summary>
/// <param name="Value">What there is now; null when nothing changed, and when there is nothing.</param>
/// <param name="ETag">To ask with the next time, with the same token: the tags of two tokens differ. Null when there is none.</param>
/// <param name="NotModified">What was known is still right.</param>
internal sealed record ConditionalResponse<T>(T? Value, string? ETag, bool NotModified)
    where T : class;
