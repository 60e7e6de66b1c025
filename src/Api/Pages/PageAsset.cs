using System.IO.Compression;
using System.Security.Cryptography;

namespace PyWharf.Api.Pages;

/// <summary>The style sheet, script and icon of the pages: embedded files, served under names that change with their content.</summary>
internal sealed class PageAsset
{
    private PageAsset(string file, string contentType)
    {
        var bytes = Read(file);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];

        Path = $"/static/{System.IO.Path.GetFileNameWithoutExtension(file)}.{hash}{System.IO.Path.GetExtension(file)}";
        ContentType = contentType;
        Bytes = bytes;
        Gzip = Compress(bytes);
    }

    public static PageAsset Style { get; } = new("pywharf.css", "text/css; charset=utf-8");

    public static PageAsset Script { get; } = new("pywharf.js", "text/javascript; charset=utf-8");

    public static PageAsset Icon { get; } = new("icon.svg", "image/svg+xml");

    /// <summary>Its path below the prefix: <c>/static/pywharf.0123456789abcdef.css</c>.</summary>
    public string Path { get; }

    public string ContentType { get; }

    public ReadOnlyMemory<byte> Bytes { get; }

    public ReadOnlyMemory<byte> Gzip { get; }

    /// <summary>The file of that path; null if there is none, or its content is another one now.</summary>
    public static PageAsset? Find(string path) => Array.Find([Style, Script, Icon], asset => asset.Path == path);

    private static byte[] Read(string file)
    {
        using var stream = typeof(PageAsset).Assembly.GetManifestResourceStream($"PyWharf.Api.Pages.Assets.{file}")
            ?? throw new InvalidOperationException($"{file} is not in the assembly.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);

        return bytes;
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize))
        {
            gzip.Write(bytes);
        }

        return compressed.ToArray();
    }
}
