using System.Runtime.InteropServices;
using System.Xml.Linq;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Release;

/// <summary>A release, as <c>eng/release.sh</c> makes it of the files that git knows.</summary>
public sealed class ReleaseFixture : IAsyncLifetime, IDisposable
{
    /// <summary>Two publications that are compiled ahead of time, and a package, on a machine where other tests run.</summary>
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(15);

    private readonly TempFolder _folder = new();

    internal static string Version { get; } = XDocument.Load(RepositoryRoot.At("Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>The runtime identifier of this machine.</summary>
    internal static string Runtime { get; } = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";

    /// <summary>The path of a file of the release.</summary>
    internal string At(params string[] parts) => _folder.At(["release", .. parts]);

    /// <summary>The folder in which an archive was unpacked.</summary>
    internal string Unpacked(string archive) => _folder.At("unpacked", archive);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Requirement.Unmet(Needs.Release) is not null)
        {
            return;
        }

        (await RunAsync(BuildLimit, RepositoryRoot.At("eng", "release.sh"), Version, At())).Succeeded();
        foreach (var archive in Directory.EnumerateFiles(At(), "*.tar.gz"))
        {
            Directory.CreateDirectory(_folder.At("unpacked"));
            (await RunAsync(ChildProcess.HangGuard, "tar", "-xzf", archive, "-C", _folder.At("unpacked"))).Succeeded();
        }
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static Task<ProcessResult> RunAsync(TimeSpan limit, string program, params string[] args) =>
        ChildProcess.RunAsync(ChildProcess.Describe(program, args, PyWharfProcess.InheritedForDotnet()), limit: limit);
}
