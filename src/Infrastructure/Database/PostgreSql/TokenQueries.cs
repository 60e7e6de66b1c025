using Npgsql;
using NpgsqlTypes;
using PyWharf.Application.Access;
using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>The SQL of tokens.</summary>
internal static class TokenQueries
{
    /// <summary>Notified when a token was made or revoked.</summary>
    public const string Channel = "pywharf_tokens";

    /// <summary>A number that is different after each change.</summary>
    public static async Task<long> ReadRevisionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var read = new NpgsqlCommand("SELECT revision FROM pywharf_token_changes", connection);

        return (long)(await read.ExecuteScalarAsync(cancellationToken) ?? -1L);
    }

    /// <summary>The only token that meets a condition; null if there is none.</summary>
    public static async Task<AccessToken?> FindAsync(NpgsqlConnection connection, string condition, CancellationToken cancellationToken, params string[] parameters) =>
        await ReadAsync(connection, $"WHERE {condition}", TokenColumns.ScopeOf, cancellationToken, parameters) is [var only] ? only : null;

    /// <summary>Tokens. Throws <see cref="FormatException"/> where a row is invalid.</summary>
    public static async Task<IReadOnlyList<AccessToken>> ReadAsync(
        NpgsqlConnection connection, string where, Func<string, ProjectScope> scopes, CancellationToken cancellationToken, params string[] parameters)
    {
        await using var command = new NpgsqlCommand($"SELECT {TokenRow.Columns} FROM pywharf_tokens {where}", connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        var tokens = new List<AccessToken>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            if (TokenRow.Read(rows, scopes) is { } token)
            {
                tokens.Add(token);
            }
        }

        return tokens;
    }

    /// <summary>Adds a token, unless its name is taken or its repository has too many.</summary>
    public static async Task<TokenAddition> AddAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, AccessToken token, int most, CancellationToken cancellationToken)
    {
        await BeginChangeAsync(connection, transaction, cancellationToken);
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO pywharf_tokens (repository, name, sha256, permission, projects, reads, networks, expires, created)
                SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 WHERE (SELECT count(*) FROM pywharf_tokens WHERE repository = $1) < $10
                ON CONFLICT (repository, name) DO NOTHING
            """,
            connection,
            transaction)
        {
            Parameters =
            {
                new() { Value = token.Repository.ToString() },
                new() { Value = token.Name.ToString() },
                new() { Value = token.Digest.ToString() },
                new() { Value = token.Permission.ToString() },
                new() { Value = TokenColumns.TextOf(token.Projects) },
                new() { Value = TokenColumns.TextOf(token.Reads) },
                new() { Value = TokenColumns.TextOf(token.Networks) },
                new() { Value = token.Expires is { } end ? UnixTime.ToMicroseconds(end) : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
                new() { Value = token.CreatedAt is { } created ? UnixTime.ToMicroseconds(created) : throw new ArgumentException("A token of the configuration.", nameof(token)) },
                new() { Value = (long)most },
            },
        };
        if (await insert.ExecuteNonQueryAsync(cancellationToken) == 1)
        {
            return TokenAddition.Added;
        }

        await using var find = new NpgsqlCommand("SELECT count(*) FROM pywharf_tokens WHERE repository = $1 AND name = $2", connection, transaction)
        {
            Parameters = { new() { Value = token.Repository.ToString() }, new() { Value = token.Name.ToString() } },
        };

        return await find.ExecuteScalarAsync(cancellationToken) is 0L ? TokenAddition.TooMany : TokenAddition.NameTaken;
    }

    /// <summary>Removes a token; false when there is none of that name.</summary>
    public static async Task<bool> RemoveAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, RepositoryName repository, TokenName name, CancellationToken cancellationToken)
    {
        await BeginChangeAsync(connection, transaction, cancellationToken);
        await using var delete = new NpgsqlCommand("DELETE FROM pywharf_tokens WHERE repository = $1 AND name = $2", connection, transaction)
        {
            Parameters = { new() { Value = repository.ToString() }, new() { Value = name.ToString() } },
        };

        return await delete.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Writes on which days tokens were used.</summary>
    public static async Task<int> WriteUsesAsync(
        NpgsqlConnection connection, IReadOnlyDictionary<Sha256Digest, DateOnly> uses, CancellationToken cancellationToken)
    {
        await using var write = new NpgsqlCommand(
            """
            UPDATE pywharf_tokens SET last_used = used.day FROM unnest($1, $2) AS used(sha256, day)
                WHERE pywharf_tokens.sha256 = used.sha256 AND (last_used IS NULL OR last_used < used.day)
            """,
            connection)
        {
            Parameters =
            {
                new() { Value = uses.Keys.Select(digest => digest.ToString()).ToArray() },
                new() { Value = uses.Values.Select(TokenColumns.TextOf).ToArray() },
            },
        };

        return await write.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Locks the tokens until the end of the transaction, at which all servers are told of a change.</summary>
    private static async Task BeginChangeAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var begin = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands = { new($"UPDATE pywharf_token_changes SET revision = {Revisions.Next}"), new($"SELECT pg_notify('{Channel}', '')") },
        };
        await begin.ExecuteNonQueryAsync(cancellationToken);
    }
}
