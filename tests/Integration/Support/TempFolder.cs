namespace PyWharf.Integration.Support;

/// <summary>An empty folder that goes away with its contents.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pywharf-test-").FullName;

    /// <summary>The path of something in this folder; its parent folders are made.</summary>
    public string At(params string[] parts)
    {
        var path = System.IO.Path.Combine([Path, .. parts]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path) ?? Path);

        return path;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The test itself took it away.
        }
    }

    public override string ToString() => Path;
}
