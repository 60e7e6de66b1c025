namespace PyWharf.Infrastructure.Configuration;

/// <summary>A table of a configuration as it is in effect.</summary>
/// <param name="Path">The keys of its header.</param>
/// <param name="Values">Its values.</param>
internal sealed record EffectiveTable(IReadOnlyList<string> Path, IReadOnlyList<EffectiveValue> Values);
