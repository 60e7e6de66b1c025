namespace PyWharf.Infrastructure.Formats;

/// <summary>The content of an index.toml.</summary>
/// <param name="Time">The time of writing, in whole seconds.</param>
/// <param name="Packages">In the order of the document.</param>
internal sealed record PackageIndex(DateTimeOffset Time, IReadOnlyList<IndexedPackage> Packages);
