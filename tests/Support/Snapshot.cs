using System.Runtime.CompilerServices;

namespace PyWharf.Support;

/// <summary>Compares text with a file that a person approved; <c>PYWHARF_APPROVE=1</c> writes the file instead.</summary>
internal static class Snapshot
{
    /// <param name="actual">The text.</param>
    /// <param name="name">The file's name in the folder <c>Approved</c> beside the test.</param>
    /// <param name="source">Given by the compiler.</param>
    public static void Match(string actual, string name, [CallerFilePath] string source = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(source) ?? "", "Approved", name);
        if (Environment.GetEnvironmentVariable("PYWHARF_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "");
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"There is no approved text yet; PYWHARF_APPROVE=1 writes it: {path}");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
