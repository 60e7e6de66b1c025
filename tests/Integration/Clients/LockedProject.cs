using PyWharf.Integration.Support;

namespace PyWharf.Integration.Clients;

/// <summary>What clients that lock are given: a project that needs another one.</summary>
internal static class LockedProject
{
    public static Distribution Application { get; } =
        Wheels.Build("application", "1.0", metadata: SampleMetadata.Requiring("application", "1.0", "library>=1"));

    public static Distribution Library { get; } = Wheels.Build("library", "1.0");

    public static async Task PublishAsync(ServerFixture running)
    {
        using var writer = running.Writer();
        await writer.PublishAsync(Application, Library);
    }

    /// <summary>Fails the test where a lock file has not the digests of both.</summary>
    public static async Task AssertLockedAsync(string path)
    {
        var locked = await File.ReadAllTextAsync(path);

        Assert.Contains($"sha256:{Application.Sha256}", locked, StringComparison.Ordinal);
        Assert.Contains($"sha256:{Library.Sha256}", locked, StringComparison.Ordinal);
    }

    /// <summary>Puts another digest into a lock file, as if the index had changed the file.</summary>
    public static async Task TamperAsync(string path)
    {
        var locked = await File.ReadAllTextAsync(path);
        await File.WriteAllTextAsync(path, locked.Replace(Application.Sha256, Library.Sha256, StringComparison.Ordinal));
    }

    /// <summary>Fails the test where a virtual environment has not both.</summary>
    public static void AssertInstalled(string venv) => Assert.Equal(
        ["application-1.0.dist-info", "library-1.0.dist-info"],
        Directory.GetDirectories(venv, "*-1.0.dist-info", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal));
}
