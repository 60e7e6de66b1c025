using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>Health of the part of a storage on this machine.</summary>
/// <param name="Reading">Why it can't be read; null if it can.</param>
/// <param name="Writing">Why it can't be written, such as a full disk; null if it can.</param>
public sealed record StorageCondition(Failure? Reading, Failure? Writing);
