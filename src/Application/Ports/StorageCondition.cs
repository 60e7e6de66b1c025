using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>How the part of a storage that lies on this machine is.</summary>
/// <param name="Reading">Why it can't be read; null where it can.</param>
/// <param name="Writing">Why it can't be written, as on a full disk; null where it can.</param>
public sealed record StorageCondition(Failure? Reading, Failure? Writing);
