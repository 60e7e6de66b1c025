using System.Text;

namespace PyWharf.Integration.Support;

/// <summary>METADATA and PKG-INFO (https://packaging.python.org/specifications/core-metadata/).</summary>
internal static class SampleMetadata
{
    public const string Summary = "Made for a test";

    public static byte[] Of(string name, string version, string? requiresPython)
    {
        var requires = requiresPython is null ? "" : $"Requires-Python: {requiresPython}\n";

        return Encoding.UTF8.GetBytes(
            $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: {Summary}\n{requires}\n# {name}\n");
    }

    /// <summary>Of something that needs another project.</summary>
    public static byte[] Requiring(string name, string version, string requirement) =>
        Encoding.UTF8.GetBytes($"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Dist: {requirement}\n");

    /// <summary>The name as file names and modules have it: runs of <c>-_.</c> become one underscore.</summary>
    public static string Escaped(string name) =>
        string.Join('_', name.ToLowerInvariant().Split(['-', '_', '.'], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Bytes that are the same for the same size in each run; <paramref name="random"/> ones don't compress.</summary>
    public static byte[] Payload(int size, bool random)
    {
        var bytes = new byte[size];
        if (random)
        {
            new Random(size).NextBytes(bytes);
        }

        return bytes;
    }
}
