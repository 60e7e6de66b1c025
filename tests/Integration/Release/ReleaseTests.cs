using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using PyWharf.Integration.Documentation;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Release;

/// <summary>What a release consists of beside the image.</summary>
public sealed class ReleaseTests(ReleaseFixture release) : IClassFixture<ReleaseFixture>, IDisposable
{
    private static readonly string[] Archives = [$"pywharf-{ReleaseFixture.Version}-linux-arm64", $"pywharf-{ReleaseFixture.Version}-linux-x64"];
    private static readonly string Package = $"pywharf.{ReleaseFixture.Version}.nupkg";

    private readonly TempFolder _folder = new();

    [FactWhen(Needs.Release, Needs.Curl)]
    public async Task The_archive_is_installed_as_the_guide_says_and_runs_with_the_runtime_in_it()
    {
        Directory.CreateDirectory(_folder.At("opt"));

        var installed = await PasteAsync("tar -xzf", [("PATH", "/usr/bin:/bin"), ("HOME", _folder.Path)]);

        Assert.EndsWith($"pywharf {ReleaseFixture.Version}\n", installed.Stdout, StringComparison.Ordinal);
        var libraries = await AssertServesAsync(_folder.At("opt", "pywharf", "pywharf"), ("PATH", "/nonexistent"), ("HOME", _folder.Path));

        // The machine may have a runtime where the host looks by itself.
        var runtime = Assert.Single(libraries, library => library.EndsWith("/libcoreclr.so", StringComparison.Ordinal));
        Assert.EndsWith($"/opt/pywharf-{ReleaseFixture.Version}-{ReleaseFixture.Runtime}/libcoreclr.so", runtime, StringComparison.Ordinal);
    }

    [FactWhen(Needs.Release, Needs.Curl)]
    public async Task The_tool_is_installed_as_the_guide_says_and_runs()
    {
        var environment = PyWharfProcess.InheritedForDotnet().Where(variable => variable.Name != "HOME").Append(("HOME", _folder.Path)).ToArray();

        var installed = await PasteAsync("dotnet tool install", environment);

        Assert.EndsWith($"pywharf {ReleaseFixture.Version}\n", installed.Stdout, StringComparison.Ordinal);
        await AssertServesAsync(_folder.At(".dotnet", "tools", "pywharf"), environment);
    }

    [FactWhen(Needs.Release)]
    public async Task Native_code_is_for_the_archives_architecture()
    {
        foreach (var (archive, machine) in Archives.Zip((byte[])[183, 62])) // EM_AARCH64, EM_X86_64
        {
            foreach (var file in Directory.EnumerateFiles(release.Unpacked(archive), "*.so").Append(Path.Combine(release.Unpacked(archive), "pywharf")))
            {
                var header = new byte[20];
                await using var stream = File.OpenRead(file);
                await stream.ReadExactlyAsync(header);
                Assert.True(header.AsSpan().StartsWith("\u007fELF"u8) && header[18] == machine, file);
            }
        }
    }

    [FactWhen(Needs.Release)]
    public async Task Assemblies_name_version_and_commit_and_no_folder_of_the_machine_that_built_them()
    {
        var head = await ChildProcess.RunAsync(ChildProcess.Describe("git", ["-C", RepositoryRoot.At(), "rev-parse", "HEAD"], PyWharfProcess.InheritedForDotnet()));
        foreach (var archive in Archives)
        {
            var program = FileVersionInfo.GetVersionInfo(Path.Combine(release.Unpacked(archive), "pywharf.dll"));
            Assert.Equal($"{ReleaseFixture.Version}+{head.Succeeded().Stdout.Trim()}", program.ProductVersion);

            foreach (var assembly in Directory.EnumerateFiles(release.Unpacked(archive), "*ywharf*.dll"))
            {
                Assert.Equal(-1, (await File.ReadAllBytesAsync(assembly)).AsSpan().IndexOf("/source/src/"u8));
            }
        }
    }

    [FactWhen(Needs.Release)]
    public async Task Every_file_has_its_checksum_and_what_it_holds_is_listed()
    {
        var files = Directory.EnumerateFiles(release.At()).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal).ToList();
        string[] published = [.. Archives.Select(archive => archive + ".tar.gz"), Package];

        Assert.Equal(
            [.. published.Concat(published.Select(file => SbomOf(file))).Append("SHA256SUMS").Order(StringComparer.Ordinal)], files);
        var sums = await File.ReadAllLinesAsync(release.At("SHA256SUMS"));
        Assert.Equal(files.Where(file => file != "SHA256SUMS"), sums.Select(line => line[66..]).Order(StringComparer.Ordinal));
        foreach (var line in sums)
        {
            Assert.Equal(line[..64], Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(release.At(line[66..])))));
        }
    }

    [FactWhen(Needs.Release)]
    public async Task The_SBOM_lists_the_files_of_an_archive_and_the_packages_and_the_runtime_in_it()
    {
        using var lockFile = JsonDocument.Parse(await File.ReadAllTextAsync(RepositoryRoot.At("src", "Api", "packages.lock.json")));
        var locked = lockFile.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
            .Where(package => package.Value.GetProperty("type").GetString() is "Direct" or "Transitive" or "CentralTransitive")
            .Select(package => package.Name).Where(name => name != "Microsoft.CodeAnalysis.BannedApiAnalyzers").ToHashSet();
        foreach (var archive in Archives)
        {
            using var sbom = JsonDocument.Parse(await File.ReadAllTextAsync(release.At(SbomOf($"{archive}.tar.gz"))));
            var licences = sbom.RootElement.GetProperty("packages").EnumerateArray()
                .Select(package => (Name: package.GetProperty("name").GetString() ?? "", Licence: package.GetProperty("licenseDeclared").GetString())).ToList();
            var packages = licences.Select(package => package.Name).ToHashSet();
            var listed = sbom.RootElement.GetProperty("files").EnumerateArray().ToDictionary(
                file => file.GetProperty("fileName").GetString()?[2..] ?? "",
                file => file.GetProperty("checksums").EnumerateArray()
                    .Single(sum => sum.GetProperty("algorithm").GetString() == "SHA256").GetProperty("checksumValue").GetString()?.ToUpperInvariant());

            Assert.Empty(locked.Except(packages));
            Assert.Equal(["pywharf"], licences.Where(package => package.Licence == "NOASSERTION").Select(package => package.Name).Distinct());
            Assert.Equal(
                [$"Microsoft.AspNetCore.App.Runtime.{archive[archive.IndexOf("linux", StringComparison.Ordinal)..]}"],
                packages.Where(package => package.StartsWith("Microsoft.AspNetCore.App.Runtime.", StringComparison.Ordinal)));
            Assert.Equal(
                Directory.EnumerateFiles(release.Unpacked(archive)).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal),
                listed.Keys.Order(StringComparer.Ordinal));
            var assembly = Path.Combine(release.Unpacked(archive), "pywharf.dll");
            Assert.Equal(Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(assembly))), listed["pywharf.dll"]);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static string SbomOf(string file) => file.Replace(".tar.gz", "", StringComparison.Ordinal).Replace(".nupkg", "", StringComparison.Ordinal) + ".spdx.json";

    /// <summary>Runs the block of docs/install.md with a command in it, with this release in the place of the published one.</summary>
    private async Task<ProcessResult> PasteAsync(string command, IEnumerable<(string Name, string Value)> environment)
    {
        var block = Guide.All.Single(guide => guide.Path == "docs/install.md").Blocks("shell")
            .Single(block => block.Contains(command, StringComparison.Ordinal) && block.Contains("curl ", StringComparison.Ordinal))
            .Replace("https://github.com/pywharf/pywharf/releases/download/v$VERSION", $"file://{release.At()}", StringComparison.Ordinal)
            .Replace("RUNTIME=linux-x64", $"RUNTIME={ReleaseFixture.Runtime}", StringComparison.Ordinal)
            .Replace("/opt", _folder.At("opt"), StringComparison.Ordinal);
        var start = ChildProcess.Describe("/bin/bash", ["-e", "-c", block], environment);
        start.WorkingDirectory = _folder.Path;

        return (await ChildProcess.RunAsync(start)).Succeeded();
    }

    /// <summary>The program serves what <c>quickstart</c> makes. Returns the libraries that it has loaded.</summary>
    private async Task<IReadOnlyList<string>> AssertServesAsync(string program, params (string Name, string Value)[] environment)
    {
        using var server = await PyWharfProcess.StartAsync(ChildProcess.Describe(program, ["quickstart", _folder.At("root"), "--port=0"], environment));
        using var nobody = server.Client();

        Assert.StartsWith("{", await nobody.GetStringAsync("openapi.json"), StringComparison.Ordinal);
        (await nobody.GetAsync("health/ready")).EnsureSuccessStatusCode();
        var libraries = server.Libraries;
        Assert.Equal(0, await server.TerminateAsync());

        return libraries;
    }
}
