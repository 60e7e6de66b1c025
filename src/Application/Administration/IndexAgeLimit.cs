namespace PyWharf.Application.Administration;

/// <summary>How old an index may be for the server to call itself ready.</summary>
/// <param name="MaxAge">The time since changes of other servers could last be read; null for any.</param>
public sealed record IndexAgeLimit(TimeSpan? MaxAge);
