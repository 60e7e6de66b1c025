namespace PyWharf.Infrastructure.Catalog;

/// <summary>The catalog was replaced since what was to be written there was found out: that has to be found out anew.</summary>
internal sealed class CatalogReplacedException() : IOException("The index was replaced meanwhile.");
