namespace PyWharf.Infrastructure.Database.Sqlite;

/// <summary>The single row with the state of a catalog.</summary>
/// <param name="Revision">Of the newest change.</param>
/// <param name="ModifiedAt">When it was made, in microseconds of Unix time.</param>
/// <param name="Complete">The revision at which the whole storage was scanned; 0 before, when files may be missing.</param>
internal sealed record CatalogState(long Revision, long ModifiedAt, long Complete)
{
    /// <summary>Reads the row. Throws <see cref="InvalidDataException"/> where its seal does not match.</summary>
    public static CatalogState Read(CatalogConnection connection)
    {
        var found = connection.Rows(
            "SELECT revision, modified_at, complete, seal FROM state",
            row => (State: new CatalogState(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), Seal: row.GetInt64(3)));

        return found is [var (state, seal)] && state.SealWith(connection.Seal) == seal
            ? state
            : throw new InvalidDataException("its state is not as it was written");
    }

    /// <summary>Replaces the row.</summary>
    public void Write(CatalogConnection connection)
    {
        connection.Execute("DELETE FROM state");
        connection.Execute(
            "INSERT INTO state (revision, modified_at, complete, seal) VALUES ($revision, $modified_at, $complete, $seal)",
            ("$revision", Revision), ("$modified_at", ModifiedAt), ("$complete", Complete), ("$seal", SealWith(connection.Seal)));
    }

    private long SealWith(Seal seal) => seal.Add(Revision).Add(ModifiedAt).Add(Complete).Take();
}
