using System.Collections.ObjectModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using PyWharf.Domain;
using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Infrastructure.Importing;

/// <summary>Reads the JSON of a project list (PEP 691). What is no project name is left out.</summary>
internal static partial class ProjectListJson
{
    private const int MostProjects = 2_000_000;

    /// <summary>The names.</summary>
    /// <exception cref="JsonException">This is no project list.</exception>
    /// <exception cref="UpstreamException">It has too many.</exception>
    public static async Task<IReadOnlyList<ProjectName>> ReadAsync(Stream stream, CancellationToken cancellationToken) =>
        (await JsonSerializer.DeserializeAsync(stream, ProjectListShapes.Default.Document, cancellationToken))?.Projects is { } projects
            ? [.. projects.OfType<ProjectName>().Distinct()]
            : throw new JsonException("There is no list of projects.");

    internal sealed record Document(ProjectList? Projects);

    /// <summary>The projects as they arrive; one too many ends the reading.</summary>
    internal sealed class ProjectList : Collection<ProjectName?>
    {
        protected override void InsertItem(int index, ProjectName? item)
        {
            if (Count == MostProjects)
            {
                throw new UpstreamException(FailureKind.BadGateway, $"The index has more than {MostProjects} projects.");
            }

            base.InsertItem(index, item);
        }
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower, Converters = [typeof(ProjectReader)])]
    [JsonSerializable(typeof(Document))]
    private sealed partial class ProjectListShapes : JsonSerializerContext;

    private sealed class ProjectReader : LenientJsonConverter<ProjectName>
    {
        protected override ProjectName? Read(ref Utf8JsonReader reader)
        {
            ProjectName? name = null;
            while (LenientJson.ReadKey(ref reader, out var key))
            {
                if (key == "name" && ProjectName.TryParse(LenientJson.Text(ref reader, UpstreamText.LongestName), out var parsed))
                {
                    name = parsed;
                }

                LenientJson.Skip(ref reader);
            }

            return name;
        }
    }
}
