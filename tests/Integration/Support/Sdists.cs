using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace PyWharf.Integration.Support;

/// <summary>
/// Real sdists, the same bytes for the same arguments (https://packaging.python.org/specifications/source-distribution-format/).
/// Each brings its own build backend, so that pip builds it without a network.
/// </summary>
internal static class Sdists
{
    private const string Pyproject = "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n";

    /// <param name="name">The project's name in any spelling.</param>
    /// <param name="version">The version, local part included.</param>
    /// <param name="requiresPython">A specifier such as <c>&gt;=3.8</c>.</param>
    /// <param name="zip">A .zip, as projects had them before PEP 527, and not a .tar.gz.</param>
    /// <param name="payload">Bytes of an extra file within.</param>
    /// <param name="random">Whether those don't compress.</param>
    /// <param name="metadata">A PKG-INFO of the test's own; null for one that fits the name and version.</param>
    public static Distribution Build(
        string name,
        string version,
        string? requiresPython = null,
        bool zip = false,
        int payload = 0,
        bool random = false,
        byte[]? metadata = null)
    {
        var module = SampleMetadata.Escaped(name);
        var stem = $"{module}-{version.Replace('-', '_')}";
        metadata ??= SampleMetadata.Of(name, version, requiresPython);

        var files = new List<(string Path, byte[] Content)>
        {
            ($"{stem}/PKG-INFO", metadata),
            ($"{stem}/pyproject.toml", Encoding.UTF8.GetBytes(Pyproject)),
            ($"{stem}/backend.py", Encoding.UTF8.GetBytes(Backend(module, stem, version))),
        };
        if (payload > 0)
        {
            files.Add(($"{stem}/payload.bin", SampleMetadata.Payload(payload, random)));
        }

        var (filename, content) = zip ? ($"{stem}.zip", Wheels.Zip(files)) : ($"{stem}.tar.gz", TarGz(files));
        return new Distribution(name, version, filename, content, metadata, requiresPython);
    }

    /// <summary>A gzipped tar archive of these files, in this order, all of one age.</summary>
    public static byte[] TarGz(IEnumerable<(string Path, byte[] Content)> files)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            foreach (var (path, content) in files)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path)
                {
                    DataStream = new MemoryStream(content),
                    ModificationTime = new DateTimeOffset(2020, 2, 2, 0, 0, 0, TimeSpan.Zero),
                });
            }
        }

        return bytes.ToArray();
    }

    private static string Backend(string module, string stem, string version) =>
        $$"""
        import zipfile


        def build_wheel(directory, config_settings=None, metadata_directory=None):
            name = "{{stem}}-py3-none-any.whl"
            with open("PKG-INFO") as file:
                metadata = file.read()
            files = {
                "{{module}}/__init__.py": '__version__ = "{{version}}"\n',
                "{{stem}}.dist-info/METADATA": metadata,
                "{{stem}}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: backend\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            }
            files["{{stem}}.dist-info/RECORD"] = "".join(path + ",,\n" for path in files)
            with zipfile.ZipFile(directory + "/" + name, "w") as wheel:
                for path, text in files.items():
                    wheel.writestr(path, text)
            return name

        """;
}
