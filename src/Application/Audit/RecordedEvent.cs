namespace PyWharf.Application.Audit;

/// <summary>An event as it was recorded.</summary>
/// <param name="Time">When.</param>
/// <param name="Event">The event; actor, address and request are in <paramref name="Json"/> only.</param>
/// <param name="Json">All of it, a JSON object.</param>
public sealed record RecordedEvent(DateTimeOffset Time, AuditEvent Event, ReadOnlyMemory<byte> Json);
