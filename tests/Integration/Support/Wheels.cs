using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace PyWharf.Integration.Support;

/// <summary>Real wheels, the same bytes for the same arguments (https://packaging.python.org/specifications/binary-distribution-format/).</summary>
internal static class Wheels
{
    /// <param name="name">The project's name in any spelling.</param>
    /// <param name="version">The version, local part included.</param>
    /// <param name="requiresPython">A specifier such as <c>&gt;=3.8</c>.</param>
    /// <param name="tag">Python, ABI and platform.</param>
    /// <param name="build">A build tag, which starts with a digit.</param>
    /// <param name="payload">Bytes of an extra file within.</param>
    /// <param name="random">Whether those don't compress.</param>
    /// <param name="metadata">A METADATA of the test's own; null for one that fits the name and version.</param>
    public static Distribution Build(
        string name,
        string version,
        string? requiresPython = null,
        string tag = "py3-none-any",
        string? build = null,
        int payload = 0,
        bool random = false,
        byte[]? metadata = null)
    {
        var module = SampleMetadata.Escaped(name);
        var stem = $"{module}-{version.Replace('-', '_')}";
        metadata ??= SampleMetadata.Of(name, version, requiresPython);

        var files = new List<(string Path, byte[] Content)>
        {
            ($"{module}/__init__.py", Encoding.UTF8.GetBytes($"__version__ = \"{version}\"\n")),
        };
        if (payload > 0)
        {
            files.Add(($"{module}/payload.bin", SampleMetadata.Payload(payload, random)));
        }

        files.Add(($"{stem}.dist-info/METADATA", metadata));
        files.Add(($"{stem}.dist-info/WHEEL", Encoding.UTF8.GetBytes(
            $"Wheel-Version: 1.0\nGenerator: pywharf-tests\nRoot-Is-Purelib: true\n{(build is null ? "" : $"Build: {build}\n")}Tag: {tag}\n")));
        files.Add(($"{stem}.dist-info/RECORD", Record(files, $"{stem}.dist-info/RECORD")));

        var filename = build is null ? $"{stem}-{tag}.whl" : $"{stem}-{build}-{tag}.whl";
        return new Distribution(name, version, filename, Zip(files), metadata, requiresPython);
    }

    /// <summary>A zip archive of these files, in this order, all of one age.</summary>
    public static byte[] Zip(IEnumerable<(string Path, byte[] Content)> files)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (var (path, content) in files)
            {
                var entry = archive.CreateEntry(path);
                entry.LastWriteTime = new DateTimeOffset(2020, 2, 2, 0, 0, 0, TimeSpan.Zero);
                entry.ExternalAttributes = Convert.ToInt32("100644", 8) << 16;
                using var stream = entry.Open();
                stream.Write(content);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>The files of such an archive.</summary>
    public static IEnumerable<(string Path, byte[] Content)> Unzip(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        foreach (var entry in archive.Entries)
        {
            using var stream = entry.Open();
            var content = new byte[entry.Length];
            stream.ReadExactly(content);

            yield return (entry.FullName, content);
        }
    }

    private static byte[] Record(IEnumerable<(string Path, byte[] Content)> files, string self)
    {
        var lines = files.Select(file => $"{file.Path},sha256={UrlSafe(SHA256.HashData(file.Content))},{file.Content.Length}\n");

        return Encoding.UTF8.GetBytes(string.Concat(lines) + $"{self},,\n");
    }

    private static string UrlSafe(byte[] digest) => Convert.ToBase64String(digest).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
