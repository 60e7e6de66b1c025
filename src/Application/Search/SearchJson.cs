using PyWharf.Application.Rendering;

namespace PyWharf.Application.Search;

/// <summary>The JSON response of a search.</summary>
internal static class SearchJson
{
    private const int BytesPerProject = 150;
    private const int BytesAround = 256;

    public static byte[] Results(SearchProjects.Query query, ProjectMatches matches) =>
        JsonBody.Write(BytesAround + (Math.Min(query.Limit, matches.Count) * BytesPerProject), json =>
        {
            json.WriteString("query"u8, query.Text);
            json.WriteNumber("total"u8, matches.Count);
            json.WriteStartArray("results"u8);
            foreach (var project in matches.Best.Skip(query.Offset).Take(query.Limit))
            {
                json.WriteStartObject();
                json.WriteString("name"u8, project.Name.ToString());
                json.WriteString("summary"u8, project.Latest?.Summary);
                json.WriteString("version"u8, project.Latest?.Filename.Version?.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
}
