using System.Text.Json;

namespace PyWharf.Integration.Support;

/// <summary>Requests as tests write them: a path, and the headers that matter.</summary>
internal static class Requests
{
    /// <summary>The media type of JSON index pages.</summary>
    public const string Json = "application/vnd.pypi.simple.v1+json";

    public static async Task<Answer> AskAsync(
        this HttpClient client, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return await Answer.ReadAsync(await client.SendAsync(request));
    }

    public static Task<Answer> AskAsync(this HttpClient client, string path, params (string Name, string Value)[] headers) =>
        client.AskAsync(HttpMethod.Get, path, headers);

    /// <summary>The JSON page of a project, which must be there.</summary>
    public static async Task<JsonElement> ProjectAsync(this HttpClient client, string project) =>
        (await client.AskAsync($"/simple/{project}/", ("Accept", Json))).With(200).Json;

    /// <summary>The names of a project's files, sorted; none where there is no such project.</summary>
    public static async Task<IReadOnlyList<string>> FilenamesAsync(this HttpClient client, string project)
    {
        var answer = await client.AskAsync($"/simple/{project}/", ("Accept", Json));

        return answer.Status == 404 ? [] : [.. answer.With(200).Json.GetProperty("files").EnumerateArray().Select(FilenameOf).Order(StringComparer.Ordinal)];
    }

    /// <summary>The files of a project whose metadata is advertised, sorted by name, each with the digest of that.</summary>
    public static async Task<IReadOnlyList<(string Filename, string Sha256)>> MetadataDigestsAsync(this HttpClient client, string project) =>
    [
        .. from file in (await client.ProjectAsync(project)).GetProperty("files").EnumerateArray()
           where file.TryGetProperty("core-metadata", out _)
           orderby FilenameOf(file)
           select (FilenameOf(file), file.GetProperty("core-metadata").GetProperty("sha256").GetString() ?? ""),
    ];

    public static async Task<Answer> UploadAsync(this HttpClient client, ClientForm form, string path = "/simple/", string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form.ToContent() };
        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
        }

        return await Answer.ReadAsync(await client.SendAsync(request));
    }

    /// <summary>Uploads a file as twine does.</summary>
    public static Task<Answer> UploadAsync(this HttpClient client, Distribution file) => client.UploadAsync(ClientForm.LikeTwine(file));

    private static string FilenameOf(JsonElement file) => file.GetProperty("filename").GetString() ?? "";
}
