using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace PyWharf.Integration.Support;

/// <summary>Reads an index as installers do (PEP 691).</summary>
internal static class SimpleApiExtensions
{
    private static readonly MediaTypeWithQualityHeaderValue Json = new("application/vnd.pypi.simple.v1+json");

    // An object store gets no credentials of ours.
    private static readonly HttpClient Stranger = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    /// <summary>The projects that the index lists.</summary>
    public static async Task<IReadOnlyList<string>> ReadProjectsAsync(this HttpClient client)
    {
        using var page = await client.ReadJsonAsync("simple/");

        return [.. page.RootElement.GetProperty("projects").EnumerateArray().Select(project => project.GetProperty("name").GetString() ?? "")];
    }

    /// <summary>The files on a project's page.</summary>
    public static async Task<IReadOnlyList<ListedFile>> ReadFilesAsync(this HttpClient client, string project)
    {
        using var page = await client.ReadJsonAsync($"simple/{project}/");

        return [.. page.RootElement.GetProperty("files").EnumerateArray().Select(file => new ListedFile(
            project,
            file.GetProperty("filename").GetString() ?? "",
            file.GetProperty("hashes").GetProperty("sha256").GetString() ?? ""))];
    }

    /// <summary>The files of all projects.</summary>
    public static async Task<IReadOnlyList<ListedFile>> ReadAllFilesAsync(this HttpClient client)
    {
        var files = new List<ListedFile>();
        foreach (var project in await client.ReadProjectsAsync())
        {
            files.AddRange(await client.ReadFilesAsync(project));
        }

        return files;
    }

    /// <summary>Fails the test where a project has other files than these, or where a download of one is not what its page says. The files.</summary>
    public static async Task<IReadOnlyList<ListedFile>> AssertOffersAsync(this HttpClient client, string project, params string[] filenames)
    {
        var files = await client.ReadFilesAsync(project);

        Assert.Equal(filenames.Order(StringComparer.Ordinal), files.Select(file => file.Filename).Order(StringComparer.Ordinal));
        foreach (var file in files)
        {
            Assert.Equal(file.Sha256, await client.DownloadDigestAsync(file));
        }

        return files;
    }

    /// <summary>The digest of the bytes that a download of this file gives. It is read through, not kept.</summary>
    public static async Task<string> DownloadDigestAsync(this HttpClient client, ListedFile file)
    {
        var path = new Uri($"simple/{file.Project}/{Uri.EscapeDataString(file.Filename)}", UriKind.Relative);
        using var first = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        using var elsewhere = first.Headers.Location is { } location ? await Stranger.GetAsync(new Uri(client.BaseAddress!, location), HttpCompletionOption.ResponseHeadersRead) : null;
        var answer = elsewhere ?? first;
        Assert.True(answer.IsSuccessStatusCode, $"{file.Filename} is listed, but its download is {(int)answer.StatusCode} {answer.ReasonPhrase}");

        return Convert.ToHexStringLower(await SHA256.HashDataAsync(await answer.Content.ReadAsStreamAsync()));
    }

    private static async Task<JsonDocument> ReadJsonAsync(this HttpClient client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative)) { Headers = { Accept = { Json } } };
        using var answer = await client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {answer.ReasonPhrase}");

        return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
    }
}
