using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using PyWharf.Domain;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Formats;

/// <summary>Reads and writes index.toml, the remote index of a repository, in the format of the original program.</summary>
internal static class IndexFile
{
    private const int FlushedBytes = 64 * 1024;

    private const string Packages = "pkgs";

    /// <summary>Writes a document package by package; memory does not grow with their number.</summary>
    /// <param name="destination">Receives UTF-8. It is neither flushed nor closed.</param>
    /// <param name="time">The time of writing, truncated to whole seconds.</param>
    /// <param name="packages">Enumerated once, while writing.</param>
    public static void Write(Stream destination, DateTimeOffset time, IEnumerable<IndexedPackage> packages)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var toml = new TomlWriter(buffer);
        toml.Pair("mtime", time.ToUnixTimeSeconds());

        var isEmpty = true;
        foreach (var package in packages)
        {
            isEmpty = false;
            Write(toml, package);
            if (buffer.WrittenCount >= FlushedBytes)
            {
                destination.Write(buffer.WrittenSpan);
                buffer.ResetWrittenCount();
            }
        }

        if (isEmpty)
        {
            // The original requires the key.
            toml.Pair(Packages, new TomlArray());
        }

        destination.Write(buffer.WrittenSpan);
    }

    /// <inheritdoc cref="Write(Stream, DateTimeOffset, IEnumerable{IndexedPackage})"/>
    public static async Task WriteAsync(Stream destination, DateTimeOffset time, IAsyncEnumerable<IndexedPackage> packages, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var toml = new TomlWriter(buffer);
        toml.Pair("mtime", time.ToUnixTimeSeconds());

        var isEmpty = true;
        await foreach (var package in packages.WithCancellation(cancellationToken))
        {
            isEmpty = false;
            Write(toml, package);
            if (buffer.WrittenCount >= FlushedBytes)
            {
                await destination.WriteAsync(buffer.WrittenMemory, cancellationToken);
                buffer.ResetWrittenCount();
            }
        }

        if (isEmpty)
        {
            toml.Pair(Packages, new TomlArray());
        }

        await destination.WriteAsync(buffer.WrittenMemory, cancellationToken);
    }

    /// <summary>Reads a document; fails at the first error. Unknown keys are ignored.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="sourceName">The name of the document in error messages.</param>
    /// <param name="index">Its content.</param>
    /// <param name="problem">The error, such as <c>index.toml:3:1: …</c>.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> utf8,
        string sourceName,
        [NotNullWhen(true)] out PackageIndex? index,
        [NotNullWhen(false)] out string? problem)
    {
        index = null;
        var packages = new List<IndexedPackage>();
        TomlError? invalid = null;
        if (TomlReader.TryRead(utf8, Packages, entry => invalid ??= Read(entry, packages), out var document, out var error))
        {
            error = Read(document, invalid, packages, out index);
        }

        problem = index is null ? $"{sourceName}:{error}" : null;
        return index is not null;
    }

    private static void Write(TomlWriter toml, IndexedPackage package)
    {
        toml.ArrayTable(Packages);
        toml.Pair("type", package.Type);
        toml.Pair("distrib", package.Distrib);
        toml.Pair("package", package.Package);
        toml.Pair("ext", package.Ext);
        toml.Pair("sha256", package.Sha256.ToString());
        if (package.Url is not null)
        {
            toml.Pair("url", package.Url);
        }

        if (package.PackagePath is not null)
        {
            toml.Pair("package_path", package.PackagePath);
        }

        toml.Table(Packages, "meta");
        foreach (var (name, value) in package.Meta)
        {
            toml.Pair(name, value);
        }
    }

    /// <summary>Reads the time, and the packages that were not passed on while reading.</summary>
    private static TomlError? Read(TomlTable document, TomlError? invalid, List<IndexedPackage> packages, out PackageIndex? index)
    {
        index = null;
        var start = new TomlPosition(1, 1);
        if (!document.TryGetValue("mtime", out var time) || time.Content is not long seconds || !IsTime(seconds))
        {
            return new TomlError("\"mtime\" must be a time in seconds since 1970", time.Content is null ? start : time.Position);
        }

        if (!document.TryGetValue(Packages, out var list) || list.Content is not TomlArray entries)
        {
            return new TomlError("\"pkgs\" must be an array of tables", list.Content is null ? start : list.Position);
        }

        foreach (var entry in entries)
        {
            invalid ??= Read(entry, packages);
        }

        if (invalid is not null)
        {
            return invalid;
        }

        index = new PackageIndex(DateTimeOffset.FromUnixTimeSeconds(seconds), packages);
        return null;
    }

    private static TomlError? Read(TomlValue entry, List<IndexedPackage> packages)
    {
        if (entry.Content is not TomlTable table
            || TextOf(table, "type") is not { } type || TextOf(table, "distrib") is not { } distrib
            || TextOf(table, "package") is not { } package || TextOf(table, "ext") is not { } ext)
        {
            return new TomlError("a package needs type, distrib, package and ext, all of them strings", entry.Position);
        }

        if (!Sha256Digest.TryParse(TextOf(table, "sha256"), out var sha256))
        {
            return new TomlError("a package needs sha256, a string of 64 hexadecimal digits", entry.Position);
        }

        var (url, path) = (TextOf(table, "url"), TextOf(table, "package_path"));
        if (url is null && path is null)
        {
            return new TomlError("a package needs url or package_path, a string", entry.Position);
        }

        if (table.TryGetValue("meta", out var meta) && meta.Content is not TomlTable)
        {
            return new TomlError("\"meta\" of a package must be a table", meta.Position);
        }

        var fields = meta.Content is TomlTable form ? MetaFile.FieldsOf(form) : [];
        packages.Add(new IndexedPackage(type, distrib, package, ext, sha256, url, path, fields));
        return null;
    }

    private static string? TextOf(TomlTable table, string key) => table.TryGetValue(key, out var value) ? value.Content as string : null;

    private static bool IsTime(long seconds) =>
        seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds();
}
