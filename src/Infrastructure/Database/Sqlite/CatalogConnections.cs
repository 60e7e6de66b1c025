namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>The connections to one database: two, so that reads don't wait for writes.</summary>
/// <param name="Reader">For reading.</param>
/// <param name="Writer">For writing.</param>
internal sealed record CatalogConnections(CatalogConnection Reader, CatalogConnection Writer) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Writer.Dispose();
        Reader.Dispose();
    }
}
