using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace PyWharf.Infrastructure.Doctor;

/// <summary>A wheel of a project and version that nobody uses, large enough for limits to show.</summary>
internal sealed class ThrowawayWheel
{
    public const string Project = "pywharf-doctor";

    private const string Module = "pywharf_doctor";
    private const string Boundary = "pywharf-doctor-4d7be4f1";
    private const int PayloadBytes = 16 * 1024 * 1024;

    private readonly byte[] _content;

    /// <param name="now">Makes the version. It has a local part, whose plus sign proxies may get wrong.</param>
    public ThrowawayWheel(DateTimeOffset now)
    {
        Version = string.Create(CultureInfo.InvariantCulture, $"0.{now.ToUnixTimeMilliseconds()}+doctor");
        _content = Build();
    }

    public string Version { get; }

    public string Filename => $"{Module}-{Version}-py3-none-any.whl";

    public int Length => _content.Length;

    /// <summary>The form of the legacy upload API, as twine sends it.</summary>
    public HttpContent ToForm()
    {
        (string Name, string Value)[] fields =
        [
            (":action", "file_upload"), ("protocol_version", "1"), ("metadata_version", "2.1"), ("name", Project), ("version", Version),
            ("filetype", "bdist_wheel"), ("pyversion", "py3"), ("sha256_digest", Convert.ToHexStringLower(SHA256.HashData(_content))),
        ];
        using var body = new MemoryStream();
        foreach (var (name, value) in fields)
        {
            body.Write(Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
        }

        body.Write(Encoding.ASCII.GetBytes(
            $"--{Boundary}\r\nContent-Disposition: form-data; name=\"content\"; filename=\"{Filename}\"\r\nContent-Type: application/octet-stream\r\n\r\n"));
        body.Write(_content);
        body.Write(Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n"));

        return new ByteArrayContent(body.ToArray()) { Headers = { ContentType = new("multipart/form-data") { Parameters = { new("boundary", Boundary) } } } };
    }

    private byte[] Build()
    {
        var folder = $"{Module}-{Version}.dist-info";
        (string Path, byte[] Content)[] files =
        [
            ($"{Module}.bin", RandomNumberGenerator.GetBytes(PayloadBytes)),
            ($"{folder}/METADATA", Encoding.ASCII.GetBytes($"Metadata-Version: 2.1\nName: {Project}\nVersion: {Version}\nSummary: Made by pywharf doctor; may be deleted\n")),
            ($"{folder}/WHEEL", "Wheel-Version: 1.0\nGenerator: pywharf\nRoot-Is-Purelib: true\nTag: py3-none-any\n"u8.ToArray()),
        ];
        var record = string.Concat(files.Select(file => $"{file.Path},sha256={DigestOf(file.Content)},{file.Content.Length}\n")) + $"{folder}/RECORD,,\n";

        using var wheel = new MemoryStream();
        using (var zip = new ZipArchive(wheel, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in files.Append(($"{folder}/RECORD", Encoding.ASCII.GetBytes(record))))
            {
                using var entry = zip.CreateEntry(path, CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
        }

        return wheel.ToArray();
    }

    private static string DigestOf(byte[] content) => Convert.ToBase64String(SHA256.HashData(content)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
