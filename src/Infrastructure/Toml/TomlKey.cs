namespace PyWharf.Infrastructure.Toml;

/// <summary>One part of a dotted key or of the name in a header.</summary>
internal readonly record struct TomlKey(string Name, TomlPosition Position);
