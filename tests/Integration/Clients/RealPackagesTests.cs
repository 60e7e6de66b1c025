using System.IO.Compression;
using System.Security.Cryptography;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Clients;

/// <summary>The wheels that this machine's Pythons bring along, made by real tools over many years.</summary>
public sealed class RealPackagesTests(ServerFixture running) : IClassFixture<ServerFixture>, IDisposable
{
    private readonly PythonUser _user = new();

    [FactWhen(Needs.Twine, Needs.Venv)]
    public async Task Are_published_listed_described_and_installed()
    {
        var wheels = FindWheels();
        Assert.NotEmpty(wheels);

        // Names repeat from one Python to the next: the first that has a name takes it.
        (await _user.TwineUploadAsync(
            new Uri(running.Server.BaseAddress, "simple/"), ServerFixture.Repository, ServerFixture.WriteSecret, [.. wheels])).Succeeded();

        using var reader = running.Reader();
        var files = await reader.ReadAllFilesAsync();
        Assert.Equal(wheels.Select(Path.GetFileName).Order(StringComparer.Ordinal), files.Select(file => file.Filename).Order(StringComparer.Ordinal));
        foreach (var wheel in wheels)
        {
            await AssertDescribedAsync(reader, wheel, files.Single(file => file.Filename == Path.GetFileName(wheel)));
        }

        foreach (var together in OneOfEachProject(files))
        {
            await AssertInstalledAsync(together);
        }
    }

    public void Dispose() => _user.Dispose();

    private static IReadOnlyList<string> FindWheels()
    {
        var libraries = PythonClients.Pips.Select(pip => Path.Combine(Path.GetDirectoryName(pip.File) ?? "", "..", "lib"));
        var ofPythons = libraries.Distinct().SelectMany(library => Directory.GetDirectories(library, "python*"));

        return
        [
            .. ofPythons.Prepend("/opt/wheels").Prepend("/usr/share/python-wheels").Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*.whl", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                .DistinctBy(Path.GetFileName),
        ];
    }

    private static async Task AssertDescribedAsync(HttpClient reader, string wheel, ListedFile listed)
    {
        Assert.Equal(Digest(await File.ReadAllBytesAsync(wheel)), await reader.DownloadDigestAsync(listed));

        using var archive = ZipFile.OpenRead(wheel);
        using var metadata = new MemoryStream();
        archive.Entries.Single(entry => entry.FullName.EndsWith(".dist-info/METADATA", StringComparison.Ordinal)).Open().CopyTo(metadata);

        var advertised = (await reader.MetadataDigestsAsync(listed.Project)).Single(file => file.Filename == listed.Filename);
        Assert.Equal(Digest(metadata.ToArray()), advertised.Sha256);
        Assert.Equal(metadata.ToArray(), (await reader.AskAsync($"/simple/{listed.Project}/{listed.Filename}.metadata")).With(200).Bytes);
    }

    /// <summary>Files that can be installed at once; as many times as the project with the most files has some.</summary>
    private static IEnumerable<IReadOnlyList<ListedFile>> OneOfEachProject(IReadOnlyList<ListedFile> files) =>
        from file in files.GroupBy(file => file.Project).SelectMany(project => project.Index())
        group file.Item by file.Index into together
        select together.ToList();

    private async Task AssertInstalledAsync(IReadOnlyList<ListedFile> files)
    {
        var site = _user.At(files[0].Filename);

        (await _user.PipAsync(
            PythonClients.Python ?? "",
            [
                "install", "--index-url", running.Server.UrlFor("simple/", ServerFixture.Repository, ServerFixture.ReadSecret), "--no-deps", "--no-compile",
                "--no-cache-dir", "--target", site, .. files.Select(file => $"{file.Project}=={file.Filename.Split('-')[1]}"),
            ])).Succeeded();

        var installed = Directory.GetDirectories(site, "*.dist-info").Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal(files.Select(file => $"{string.Join('-', file.Filename.Split('-').Take(2))}.dist-info").Order(StringComparer.Ordinal), installed);
    }

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
