namespace PyWharf.Infrastructure.Formats;

/// <summary>What an index.toml says.</summary>
/// <param name="Time">When it was written, in whole seconds.</param>
/// <param name="Packages">In the order of the document.</param>
internal sealed record PackageIndex(DateTimeOffset Time, IReadOnlyList<IndexedPackage> Packages);
