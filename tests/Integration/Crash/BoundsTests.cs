using System.Net;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Crash;

/// <summary>Memory that does not grow with the files: both directions are streamed.</summary>
public sealed class BoundsTests : IDisposable
{
    private const int Megabyte = 1024 * 1024;

    private static readonly (int Clients, int Megabytes) Load = Requirement.IsSoak ? (8, 200) : (4, 50);

    private readonly TempFolder _root = new();

    [Fact]
    public async Task An_empty_repository_takes_little_memory()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        using var client = server.Client(ServerFixture.Repository, ServerFixture.ReadSecret);
        Assert.Empty(await client.ReadProjectsAsync());

        Assert.InRange(server.PeakMemory / Megabyte, 20, 150);
    }

    [Fact]
    public async Task Large_files_pass_through_without_filling_the_memory()
    {
        var wheel = Wheels.Build("large", "1.0", build: "1", payload: Load.Megabytes * Megabyte, random: true);
        var (fields, sha256, path) = (ClientForm.LikeTwine(wheel).Parts.Where(part => part.Filename is null).ToList(), wheel.Sha256, wheel.WriteTo(_root.At("dist")));
        using var server = await PyWharfProcess.StartAsync(_root.At("root"), ServerFixture.Config);

        await Task.WhenAll(Enumerable.Range(1, Load.Clients).Select(async build =>
        {
            // One file under the names of several builds of it.
            var file = new ListedFile("large", $"large-1.0-{build}-py3-none-any.whl", sha256);
            using var client = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
            using var answer = await UploadAsync(client, fields, path, file.Filename);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(sha256, await client.DownloadDigestAsync(file));
        }));

        Assert.InRange(server.PeakMemory / Megabyte, 20, 250);
    }

    public void Dispose() => _root.Dispose();

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient client, IEnumerable<FormPart> fields, string path, string filename)
    {
        using var form = new MultipartFormDataContent();
        foreach (var field in fields)
        {
            form.Add(new ByteArrayContent(field.Value), field.Name);
        }

        form.Add(new StreamContent(File.OpenRead(path)), ClientForm.File, filename);

        return await client.PostAsync(new Uri("simple/", UriKind.Relative), form);
    }
}
