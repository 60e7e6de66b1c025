using PyWharf.Domain;

namespace PyWharf.Application.Audit;

/// <summary>An event as it was recorded.</summary>
/// <param name="Time">When.</param>
/// <param name="Event">The event.</param>
/// <param name="Previous">The digest of the line before, from which on older events are asked for; null for the first line of all.</param>
/// <param name="Json">All of it, a JSON object.</param>
public sealed record RecordedEvent(DateTimeOffset Time, AuditEvent Event, Sha256Digest? Previous, ReadOnlyMemory<byte> Json);
