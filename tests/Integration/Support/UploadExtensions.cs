namespace PyWharf.Integration.Support;

internal static class UploadExtensions
{
    /// <summary>Uploads a file as twine does.</summary>
    /// <param name="client">With the credentials.</param>
    /// <param name="file">The file.</param>
    /// <param name="path">Where to, relative to the server.</param>
    public static async Task<HttpResponseMessage> PostFileAsync(this HttpClient client, Distribution file, string path = "simple/")
    {
        using var content = ClientForm.LikeTwine(file).ToContent();

        return await client.PostAsync(new Uri(path, UriKind.Relative), content);
    }

    /// <summary>Uploads files one by one; fails the test where one is refused.</summary>
    public static async Task PublishAsync(this HttpClient client, params IEnumerable<Distribution> files)
    {
        foreach (var file in files)
        {
            using var answer = await client.PostFileAsync(file);
            Assert.True(answer.IsSuccessStatusCode, $"{file.Filename}: {(int)answer.StatusCode} {answer.ReasonPhrase}");
        }
    }
}
