using System.Net.Http.Headers;
using FsCheck;
using FsCheck.Fluent;
using PyWharf.Integration.Support;
using PyWharf.Support;

namespace PyWharf.Integration.Upload;

/// <summary>Uploads with some bytes changed, in the form or in the archive: each is taken or refused, and a refused one leaves nothing behind.</summary>
public sealed class MutatedUploadTests : IDisposable
{
    private static readonly int Tries = Requirement.IsSoak ? 20_000 : 1_500;
    private static readonly int[] Expected = [200, 400, 403, 409, 410, 413];

    private readonly TempFolder _root = new();

    private string Storage => Path.Combine(_root.Path, "cache", ServerFixture.Repository, "storage");

    [Fact]
    public async Task A_mutated_upload_is_taken_whole_or_leaves_nothing()
    {
        using var server = await PyWharfProcess.StartAsync(_root.Path, ServerFixture.Config);
        using var writer = server.Client(ServerFixture.Repository, ServerFixture.WriteSecret);
        var (wheel, sdist) = (Wheels.Build("demo", "1.0"), Sdists.Build("demo", "1.0"));

        // With a digest the archive is hardly ever looked into; without one it always is.
        await Task.WhenAll(
            Task.Run(() => Try(writer, ClientForm.LikeTwine(wheel).ToBytes())),
            Task.Run(() => Try(writer, ClientForm.LikeUv(sdist).ToBytes())),
            Task.Run(() => TryArchive(writer, wheel)),
            Task.Run(() => TryArchive(writer, sdist)));

        (await writer.AskAsync("/health")).With(200);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Storage, ".staging")));
        await AllIsListedAsync(writer);
    }

    private static void Try(HttpClient writer, byte[] sound) => Prop.ForAll(
        Mutation.Some(sound.Length).ToArbitrary(),
        mutations => Answers(writer, mutations.Aggregate(sound, (bytes, mutation) => mutation.Apply(bytes)))).Check(Config.QuickThrowOnFailure.WithMaxTest(Tries));

    private static void TryArchive(HttpClient writer, Distribution sound)
    {
        var form = ClientForm.Least(sound).Without("sha256_digest");
        Prop.ForAll(
            Mutation.Some(sound.Content.Length).ToArbitrary(),
            mutations => Answers(writer, form.Altered(part => part.Name == ClientForm.File
                ? part with { Value = mutations.Aggregate(sound.Content, (bytes, mutation) => mutation.Apply(bytes)) }
                : part).ToBytes())).Check(Config.QuickThrowOnFailure.WithMaxTest(Tries));
    }

    private static bool Answers(HttpClient writer, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(ClientForm.ContentType());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/simple/") { Content = content };
        using var response = writer.Send(request);

        return Expected.Contains((int)response.StatusCode);
    }

    /// <summary>Every file of the storage is offered with its digest, and its .meta is all that lies beside it.</summary>
    private async Task AllIsListedAsync(HttpClient reader)
    {
        foreach (var folder in Directory.EnumerateDirectories(Storage).Where(folder => !Path.GetFileName(folder).StartsWith('.')))
        {
            var project = Path.GetFileName(folder);
            var files = (await reader.ProjectAsync(project)).GetProperty("files").EnumerateArray().ToList();
            foreach (var file in files)
            {
                var bytes = (await reader.AskAsync($"/simple/{project}/{file.GetProperty("url").GetString()}")).With(200).Bytes;
                Assert.Equal(file.GetProperty("hashes").GetProperty("sha256").GetString(), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
            }

            Assert.Equal(
                files.SelectMany(file => new[] { file.GetProperty("filename").GetString(), file.GetProperty("filename").GetString() + ".meta" }).Order(StringComparer.Ordinal),
                Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        }
    }

    public void Dispose() => _root.Dispose();
}
