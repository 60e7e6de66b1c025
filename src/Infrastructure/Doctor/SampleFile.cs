using System.Text.Json;

namespace PyWharf.Infrastructure.Doctor;

/// <summary>A file of the index, which the checks of downloads fetch.</summary>
/// <param name="Url">Its URL, as the project's page has it.</param>
/// <param name="Filename">Its name.</param>
/// <param name="Size">Its length; null if the page does not say it.</param>
/// <param name="Sha256">Its digest; null if the page does not say it.</param>
/// <param name="MetadataSha256">The digest of its metadata document; null if the page names none.</param>
internal sealed record SampleFile(Uri Url, string Filename, long? Size, string? Sha256, string? MetadataSha256)
{
    private const int MaxProjects = 10;

    /// <summary>The URL of its metadata document (PEP 658), by which installers resolve without the file.</summary>
    public Uri MetadataUrl => new(Url.AbsoluteUri + ".metadata");

    /// <summary>Its bytes, once they were fetched.</summary>
    public byte[] Content { get; init; } = [];

    /// <summary>The uploaded file, or the smallest one of some projects, but first one with a plus sign in its name; null if there is none.</summary>
    public static async Task<SampleFile?> FindAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        if (deployment.Uploaded is { } wheel)
        {
            return (await FilesOfAsync(deployment, ThrowawayWheel.Project, cancellationToken)).Find(file => file.Filename == wheel.Filename);
        }

        var index = await deployment.GetAsync(deployment.Index, cancellationToken, Accept.Json);
        var files = new List<SampleFile>();
        foreach (var project in Array(index, "projects").Select(project => Text(project, "name")).OfType<string>().Take(MaxProjects))
        {
            files.AddRange(await FilesOfAsync(deployment, project, cancellationToken));
        }

        return files.Where(file => file.Size < Reply.MaxBodyBytes).OrderBy(file => !file.Filename.Contains('+', StringComparison.Ordinal)).ThenBy(file => file.Size).FirstOrDefault();
    }

    private static async Task<List<SampleFile>> FilesOfAsync(Deployment deployment, string project, CancellationToken cancellationToken)
    {
        var page = new Uri(deployment.Index, $"{project}/");
        var reply = await deployment.GetAsync(page, cancellationToken, Accept.Json);

        return
        [
            .. from file in Array(reply, "files")
               let name = Text(file, "filename")
               where name is not null && Uri.TryCreate(page, Text(file, "url"), out _)
               select new SampleFile(
                   new Uri(page, Text(file, "url")),
                   name,
                   file.TryGetProperty("size", out var size) && size.TryGetInt64(out var bytes) ? bytes : null,
                   file.TryGetProperty("hashes", out var hashes) ? Text(hashes, "sha256") : null,
                   file.TryGetProperty("core-metadata", out var metadata) ? Text(metadata, "sha256") : null),
        ];
    }

    private static IEnumerable<JsonElement> Array(Reply reply, string name) =>
        reply.ToJson() is { ValueKind: JsonValueKind.Object } page && page.TryGetProperty(name, out var array) && array.ValueKind == JsonValueKind.Array
            ? array.EnumerateArray().Where(element => element.ValueKind == JsonValueKind.Object)
            : [];

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
