using System.Text.Json;
using PyWharf.Application.Rendering;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Reads one file of an upstream page; its links are left as they stand there.</summary>
internal sealed class UpstreamJsonFile : LenientJsonConverter<PageFile>
{
    private const int LongestHash = 128;

    protected override PageFile? Read(ref Utf8JsonReader reader)
    {
        string? filename = null, url = null, uploadTime = null, requiresPython = null, yanked = null, provenance = null;
        long? size = null;
        bool? signed = null;
        FileHash[] hashes = [];
        CoreMetadataLink? metadata = null, formerMetadata = null;
        while (LenientJson.ReadKey(ref reader, out var key))
        {
            switch (key)
            {
                case "filename":
                    filename = LenientJson.Text(ref reader, UpstreamText.LongestName);
                    break;
                case "url":
                    url = LenientJson.Text(ref reader, UpstreamText.LongestUrl);
                    break;
                case "hashes":
                    hashes = HashesOf(ref reader);
                    break;
                case "size":
                    size = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var bytes) && bytes >= 0 ? bytes : null;
                    break;
                case "upload-time":
                    uploadTime = TimeOf(ref reader);
                    break;
                case "requires-python":
                    requiresPython = UpstreamText.LineOrNull(LenientJson.Text(ref reader, UpstreamText.LongestLine));
                    break;
                case "core-metadata":
                    metadata = MetadataOf(ref reader);
                    break;
                // What it was called before PEP 714, and what pypi.org calls that.
                case "dist-info-metadata" or "data-dist-info-metadata":
                    formerMetadata = MetadataOf(ref reader) ?? formerMetadata;
                    break;
                case "yanked":
                    yanked = YankedOf(ref reader);
                    break;
                case "gpg-sig":
                    signed = reader.TokenType switch { JsonTokenType.True => true, JsonTokenType.False => false, _ => null };
                    break;
                case "provenance":
                    provenance = LenientJson.Text(ref reader, UpstreamText.LongestUrl);
                    break;
            }

            LenientJson.Skip(ref reader);
        }

        return filename is null || url is null
            ? null
            : new PageFile(filename, url)
            {
                Hashes = hashes,
                Size = size,
                UploadTime = uploadTime,
                RequiresPython = requiresPython,
                CoreMetadata = metadata ?? formerMetadata,
                Yanked = yanked,
                GpgSig = signed,
                Provenance = provenance,
            };
    }

    private static FileHash[] HashesOf(ref Utf8JsonReader reader)
    {
        var hashes = new OrderedDictionary<string, FileHash>();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (LenientJson.ReadKey(ref reader, out var algorithm))
            {
                if (algorithm is not null && LenientJson.Text(ref reader, LongestHash) is { } hex && FileHash.OrNull(algorithm, hex) is { } hash)
                {
                    hashes[algorithm] = hash;
                }

                LenientJson.Skip(ref reader);
            }
        }

        return [.. hashes.Values];
    }

    /// <summary>A time with its zone (RFC 3339), as it stands there: some clients fail on the page over any other.</summary>
    private static string? TimeOf(ref Utf8JsonReader reader) =>
        LenientJson.Text(ref reader, UpstreamText.LongestName) is [.., 'Z'] or [.., '+' or '-', _, _, ':', _, _] && reader.TryGetDateTimeOffset(out _)
            ? reader.GetString()
            : null;

    /// <summary><c>false</c>, <c>true</c> or the hashes.</summary>
    private static CoreMetadataLink? MetadataOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => CoreMetadataLink.Present,
        JsonTokenType.StartObject => new CoreMetadataLink(HashesOf(ref reader)),
        _ => null,
    };

    /// <summary><c>false</c>, <c>true</c> or the reason. A reason that can't be shown takes nothing from the fact, and neither does an odd value.</summary>
    private static string? YankedOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null or JsonTokenType.False => null,
        _ => UpstreamText.Line(LenientJson.Text(ref reader, UpstreamText.LongestLine)) ?? "",
    };
}
