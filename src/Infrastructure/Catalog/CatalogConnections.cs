namespace PyWharf.Infrastructure.Catalog;

/// <summary>The connections to one database: nobody who reads waits for who writes.</summary>
/// <param name="Reader">Reads.</param>
/// <param name="Writer">Writes.</param>
internal sealed record CatalogConnections(CatalogConnection Reader, CatalogConnection Writer) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Writer.Dispose();
        Reader.Dispose();
    }
}
