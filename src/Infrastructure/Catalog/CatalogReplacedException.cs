namespace PyWharf.Infrastructure.Catalog;

/// <summary>The catalog was replaced since the change was computed, which has to be done again.</summary>
internal sealed class CatalogReplacedException() : IOException("The index was replaced meanwhile.");
