namespace PyWharf.Infrastructure.Catalog;

/// <summary>The one row that tells of a catalog as a whole.</summary>
/// <param name="Revision">Of the newest change.</param>
/// <param name="ModifiedAt">When that was made, in microseconds of Unix time.</param>
/// <param name="Complete">The revision at which the whole storage had been looked at; 0 before: an index made of it could lack files.</param>
internal sealed record CatalogState(long Revision, long ModifiedAt, long Complete)
{
    /// <summary>Reads it. Throws <see cref="InvalidDataException"/> where it is not as it was written.</summary>
    public static CatalogState Read(CatalogConnection connection)
    {
        var found = connection.Rows(
            "SELECT revision, modified_at, complete, seal FROM state",
            row => (State: new CatalogState(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), Seal: row.GetInt64(3)));

        return found is [var (state, seal)] && state.SealWith(connection.Seal) == seal
            ? state
            : throw new InvalidDataException("its state is not as it was written");
    }

    /// <summary>Writes it in place of the one before, if any.</summary>
    public void Write(CatalogConnection connection)
    {
        connection.Execute("DELETE FROM state");
        connection.Execute(
            "INSERT INTO state (revision, modified_at, complete, seal) VALUES ($revision, $modified_at, $complete, $seal)",
            ("$revision", Revision), ("$modified_at", ModifiedAt), ("$complete", Complete), ("$seal", SealWith(connection.Seal)));
    }

    private long SealWith(Seal seal) => seal.Add(Revision).Add(ModifiedAt).Add(Complete).Take();
}
