using System.Buffers;
using System.Text;
using PyWharf.Application.Access;
using PyWharf.Domain;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>Writes the table of a token as <see cref="TokenTables"/> reads it.</summary>
public static class TokenTableWriter
{
    /// <summary>Writes the table, so that it can be put at the end of a configuration.</summary>
    public static string Write(AccessToken token)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new TomlWriter(buffer);
        writer.Table(token.Repository.ToString(), TokenTables.Key, token.Name.ToString());
        writer.Pair("sha256", token.Digest.ToString());
        writer.Pair("permission", token.Permission.ToString().ToLowerInvariant());
        if (!token.Projects.IsAll)
        {
            writer.Pair("projects", ArrayOf(token.Projects.Patterns));
        }

        if (!token.Projects.Includes(token.Reads))
        {
            writer.Pair("reads", ArrayOf(token.Reads.Patterns));
        }

        if (token.Expires is { } end)
        {
            var day = DateOnly.FromDateTime(end.UtcDateTime);
            writer.Pair("expires", Moment.EndOf(day) == end ? day : end.ToUniversalTime());
        }

        if (token.Networks.Count > 0)
        {
            writer.Pair("networks", ArrayOf(token.Networks));
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static TomlArray ArrayOf<T>(IEnumerable<T> values) => [.. values.Select(value => (TomlValue)$"{value}")];
}
