using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PyWharf.Application.Rendering;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>
/// Reads the JSON of an upstream page (PEP 691, 700, 714, 740, 792) while it arrives. Keys that it does not know are skipped, and what is odd in
/// a value costs that value.
/// </summary>
internal static partial class UpstreamJson
{
    /// <param name="project">The normalised name that was asked for.</param>
    /// <param name="address">Where the page came from in the end; relative links count from here.</param>
    /// <param name="stream">The page.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="JsonException">This is not such a page.</exception>
    /// <exception cref="UpstreamException">It is one of a version to come, or has too much.</exception>
    public static async Task<ProjectPage> ReadAsync(string project, Uri address, Stream stream, CancellationToken cancellationToken)
    {
        var document = await JsonSerializer.DeserializeAsync(stream, Shapes.Default.Document, cancellationToken);
        if (document?.Files is not { } files)
        {
            throw new JsonException("There is no list of files.");
        }

        var page = new UpstreamPageBuilder(project, address)
        {
            Version = document.Meta?.ApiVersion,
            Versions = document.Versions?.Names,
            Status = (document.ProjectStatus?.Status, document.ProjectStatus?.Reason),
        };
        foreach (var file in files.OfType<PageFile>())
        {
            if (page.LinkOf(file.Href) is { } target)
            {
                page.Add(file, target);
            }
        }

        return page.ToPage();
    }

    internal sealed record Document(Meta? Meta, StatusMarker? ProjectStatus, VersionNames? Versions, FileList? Files);

    internal sealed record Meta(string? ApiVersion);

    internal sealed record StatusMarker(string? Status, string? Reason);

    internal sealed record VersionNames(IReadOnlyList<string> Names);

    /// <summary>The files as they arrive, each once it is there; one too many ends the reading.</summary>
    internal sealed class FileList : Collection<PageFile?>
    {
        protected override void InsertItem(int index, PageFile? item)
        {
            if (Count == UpstreamPageBuilder.MostFiles)
            {
                throw UpstreamPageBuilder.TooLarge();
            }

            base.InsertItem(index, item);
        }
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower,
        Converters = [typeof(MetaReader), typeof(StatusReader), typeof(VersionsReader), typeof(UpstreamJsonFile)])]
    [JsonSerializable(typeof(Document))]
    private sealed partial class Shapes : JsonSerializerContext;

    private sealed class MetaReader : LenientJsonConverter<Meta>
    {
        protected override Meta? Read(ref Utf8JsonReader reader)
        {
            string? version = null;
            while (LenientJson.ReadKey(ref reader, out var key))
            {
                if (key == "api-version")
                {
                    version = reader.TokenType switch
                    {
                        JsonTokenType.Null => null,
                        JsonTokenType.Number when reader.TryGetDouble(out var number) => number.ToString(CultureInfo.InvariantCulture),
                        _ => LenientJson.Text(ref reader, UpstreamText.LongestName) ?? "",
                    };
                }

                LenientJson.Skip(ref reader);
            }

            return new Meta(version);
        }
    }

    private sealed class StatusReader : LenientJsonConverter<StatusMarker>
    {
        protected override StatusMarker? Read(ref Utf8JsonReader reader)
        {
            string? status = null, reason = null;
            while (LenientJson.ReadKey(ref reader, out var key))
            {
                status = key == "status" ? LenientJson.Text(ref reader, UpstreamText.LongestName) : status;
                reason = key == "reason" ? LenientJson.Text(ref reader, UpstreamText.LongestLine) : reason;
                LenientJson.Skip(ref reader);
            }

            return new StatusMarker(status, reason);
        }
    }

    private sealed class VersionsReader : LenientJsonConverter<VersionNames>
    {
        protected override JsonTokenType Opening => JsonTokenType.StartArray;

        protected override VersionNames? Read(ref Utf8JsonReader reader)
        {
            var names = new OrderedDictionary<string, bool>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (UpstreamText.Name(LenientJson.Text(ref reader, UpstreamText.LongestName)) is { } name && names.TryAdd(name, true)
                    && names.Count > UpstreamPageBuilder.MostFiles)
                {
                    throw UpstreamPageBuilder.TooLarge();
                }

                LenientJson.Skip(ref reader);
            }

            return new VersionNames([.. names.Keys]);
        }
    }
}
