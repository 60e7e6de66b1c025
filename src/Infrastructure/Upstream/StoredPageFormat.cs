using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PyWharf.Application.Rendering;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>
/// A <see cref="StoredPage"/> as a file: a line with the SHA-256 of the rest, then JSON. The digest is verified before anything is parsed, so that a
/// truncated or altered file is never taken for a page.
/// </summary>
internal static partial class StoredPageFormat
{
    private const int DigestCharacters = 2 * SHA256.HashSizeInBytes;

    private static readonly byte[] Blank = Encoding.ASCII.GetBytes(new string(' ', DigestCharacters) + "\n");

    /// <summary>Writes a page.</summary>
    /// <param name="file">An empty file, open for reading and writing.</param>
    /// <param name="page">The page.</param>
    /// <returns>Its digest.</returns>
    public static async Task<string> WriteAsync(Stream file, StoredPage page)
    {
        await file.WriteAsync(Blank);
        await JsonSerializer.SerializeAsync(file, page, StoredPageShapes.Default.StoredPage);
        file.Position = Blank.Length;
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(file));
        file.Position = 0;
        await file.WriteAsync(Encoding.ASCII.GetBytes(digest));

        return digest;
    }

    /// <summary>Reads the digest at the beginning of a file; null if there is none. It is not verified.</summary>
    public static string? ReadDigest(Stream file)
    {
        Span<byte> line = stackalloc byte[DigestCharacters + 1];

        return file.ReadAtLeast(line, line.Length, throwOnEndOfStream: false) == line.Length && line[^1] == (byte)'\n'
            ? Encoding.ASCII.GetString(line[..^1])
            : null;
    }

    /// <summary>Whether the rest of a file is what the digest at its beginning says.</summary>
    public static async Task<bool> IsWholeAsync(Stream file, CancellationToken cancellationToken) =>
        ReadDigest(file) is { } digest && digest == Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));

    /// <summary>Reads and verifies a page.</summary>
    /// <param name="file">The file, from its beginning.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>Null if the file is damaged, or is something else.</returns>
    public static async Task<StoredPage?> ReadAsync(Stream file, CancellationToken cancellationToken)
    {
        if (!await IsWholeAsync(file, cancellationToken))
        {
            return null;
        }

        file.Position = Blank.Length;
        try
        {
            return await JsonSerializer.DeserializeAsync(file, StoredPageShapes.Default.StoredPage, cancellationToken) is { Version: StoredPage.CurrentVersion } page ? page : null;
        }
        catch (JsonException)
        {
            // Of another version.
            return null;
        }
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = false,
        Converters = [typeof(HashesConverter)])]
    [JsonSerializable(typeof(StoredPage))]
    private sealed partial class StoredPageShapes : JsonSerializerContext;

    /// <summary>Digests as an array of <c>algorithm=hex</c>.</summary>
    private sealed class HashesConverter : JsonConverter<IReadOnlyList<FileHash>>
    {
        public override IReadOnlyList<FileHash> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                throw new JsonException();
            }

            var hashes = new List<FileHash>(1);
            while (reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                hashes.Add(reader.GetString()?.Split('=') is [var algorithm, var hex] && FileHash.OrNull(algorithm, hex) is { } hash ? hash : throw new JsonException());
            }

            return [.. hashes];
        }

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<FileHash> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var hash in value)
            {
                writer.WriteStringValue(hash.ToString());
            }

            writer.WriteEndArray();
        }
    }
}
