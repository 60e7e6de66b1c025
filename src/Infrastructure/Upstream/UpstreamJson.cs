using System.Text.Json;
using System.Text.Json.Serialization;
using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Reads the JSON of an upstream page (PEP 691, 700, 714, 740, 792). Keys that it does not know are skipped.</summary>
internal static partial class UpstreamJson
{
    /// <param name="project">The normalised name that was asked for.</param>
    /// <param name="address">Where the page came from in the end; relative links count from here.</param>
    /// <param name="stream">The page.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="JsonException">This is not such a page.</exception>
    /// <exception cref="UpstreamException">It is one of a version to come.</exception>
    public static async Task<ProjectPage> ReadAsync(string project, Uri address, Stream stream, CancellationToken cancellationToken)
    {
        var document = await JsonSerializer.DeserializeAsync(stream, Shapes.Default.Document, cancellationToken);
        if (!UpstreamLink.IsUnderstood(document?.Meta?.ApiVersion))
        {
            throw new UpstreamException(FailureKind.BadGateway, "The upstream index speaks a version of the API that this server does not know.");
        }

        if (document?.Files is not { } files)
        {
            throw new JsonException("There is no list of files.");
        }

        return UpstreamLink.Page(
            project,
            [.. files.Select(file => PageFileOf(file, address)).OfType<PageFile>()],
            document.Versions?.Distinct().ToArray(),
            UpstreamLink.Status(document.ProjectStatus?.Status, document.ProjectStatus?.Reason));
    }

    private static PageFile? PageFileOf(File file, Uri address) =>
        UpstreamLink.Resolve(address, file.Url) is not { } target || UpstreamLink.File(file.Filename, target) is not { } page
            ? null
            : page with
            {
                Hashes = HashesOf(file.Hashes),
                Size = file.Size is >= 0 ? file.Size : null,
                UploadTime = file.UploadTime,
                RequiresPython = string.IsNullOrWhiteSpace(file.RequiresPython) ? null : file.RequiresPython,
                CoreMetadata = file.CoreMetadata ?? file.DistInfoMetadata ?? file.DataDistInfoMetadata,
                Yanked = file.Yanked,
                GpgSig = file.GpgSig,
                Provenance = UpstreamLink.Resolve(address, file.Provenance)?.AbsoluteUri,
            };

    private static FileHash[] HashesOf(Dictionary<string, string>? hashes) =>
        hashes is null ? [] : [.. hashes.Select(hash => FileHash.OrNull(hash.Key, hash.Value)).OfType<FileHash>()];

    internal sealed record Document(Meta? Meta, StatusMarker? ProjectStatus, string[]? Versions, File[]? Files);

    internal sealed record Meta(string? ApiVersion);

    internal sealed record StatusMarker(string? Status, string? Reason);

    internal sealed record File
    {
        public string? Filename { get; init; }

        public string? Url { get; init; }

        public Dictionary<string, string>? Hashes { get; init; }

        public long? Size { get; init; }

        public string? UploadTime { get; init; }

        public string? RequiresPython { get; init; }

        [JsonConverter(typeof(MetadataConverter))]
        public CoreMetadataLink? CoreMetadata { get; init; }

        /// <summary>What it was called before PEP 714.</summary>
        [JsonConverter(typeof(MetadataConverter))]
        public CoreMetadataLink? DistInfoMetadata { get; init; }

        /// <summary>What pypi.org calls that.</summary>
        [JsonConverter(typeof(MetadataConverter))]
        public CoreMetadataLink? DataDistInfoMetadata { get; init; }

        [JsonConverter(typeof(YankedConverter))]
        public string? Yanked { get; init; }

        public bool? GpgSig { get; init; }

        public string? Provenance { get; init; }
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower)]
    [JsonSerializable(typeof(Document))]
    [JsonSerializable(typeof(Dictionary<string, string>))]
    private sealed partial class Shapes : JsonSerializerContext;

    /// <summary><c>false</c>, <c>true</c> or the reason.</summary>
    private sealed class YankedConverter : JsonConverter<string?>
    {
        public override bool HandleNull => true;

        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType switch
            {
                JsonTokenType.Null or JsonTokenType.False => null,
                JsonTokenType.True => "",
                JsonTokenType.String => reader.GetString(),
                _ => throw new JsonException(),
            };

        public override void Write(Utf8JsonWriter writer, string? value, JsonSerializerOptions options) => throw new NotSupportedException();
    }

    /// <summary><c>false</c>, <c>true</c> or the hashes.</summary>
    private sealed class MetadataConverter : JsonConverter<CoreMetadataLink?>
    {
        public override bool HandleNull => true;

        public override CoreMetadataLink? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType switch
            {
                JsonTokenType.Null or JsonTokenType.False => null,
                JsonTokenType.True => CoreMetadataLink.Present,
                JsonTokenType.StartObject => new CoreMetadataLink(
                    HashesOf(JsonSerializer.Deserialize(ref reader, Shapes.Default.DictionaryStringString))),
                _ => throw new JsonException(),
            };

        public override void Write(Utf8JsonWriter writer, CoreMetadataLink? value, JsonSerializerOptions options) =>
            throw new NotSupportedException();
    }
}
