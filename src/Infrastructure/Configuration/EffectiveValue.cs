using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>A value of a configuration as it is in effect.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value, or a mask.</param>
/// <param name="Note">Where a secret is, and the like; null for nothing.</param>
internal sealed record EffectiveValue(string Key, TomlValue Value, string? Note = null);
