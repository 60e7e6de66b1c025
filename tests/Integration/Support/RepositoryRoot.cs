namespace PyWharf.Integration.Support;

/// <summary>The folder of the sources, within which the tests were built.</summary>
internal static class RepositoryRoot
{
    /// <summary>The path of something in it.</summary>
    public static string At(params string[] parts)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "pywharf.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("These tests run from within their repository.");
        }

        return Path.Combine([folder, .. parts]);
    }
}
