using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using PyWharf.Infrastructure.Storage;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Formats;

/// <summary>
/// The form of an upload as TOML: the <c>.meta</c> file beside a file of the file_system storage, and the body of a release of the
/// github storage.
/// </summary>
internal static class MetaFile
{
    /// <summary>How long a document may be; a form is mostly the description of a project.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Writes the fields in their order, as UTF-8.</summary>
    /// <exception cref="ArgumentException">A name stands twice.</exception>
    public static byte[] Write(IEnumerable<KeyValuePair<string, string>> fields)
    {
        var table = new TomlTable();
        foreach (var (name, value) in fields)
        {
            table.Add(name, value);
        }

        var buffer = new ArrayBufferWriter<byte>();
        new TomlWriter(buffer).Document(table);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a document; the fields keep their order.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="sourceName">What a problem calls it.</param>
    /// <param name="fields">What is no string in the document is its TOML.</param>
    /// <param name="problem"><c>name:line:column: …</c></param>
    public static bool TryRead(
        ReadOnlySpan<byte> utf8,
        string sourceName,
        [NotNullWhen(true)] out IReadOnlyDictionary<string, string>? fields,
        [NotNullWhen(false)] out string? problem)
    {
        fields = null;
        if (utf8.Length > MaxBytes)
        {
            problem = $"{sourceName}: more than {MaxBytes} bytes are not read";
            return false;
        }

        if (!TomlReader.TryRead(utf8, out var document, out var error))
        {
            problem = $"{sourceName}:{error}";
            return false;
        }

        fields = new OrderedDictionary<string, string>(FieldsOf(document));
        problem = null;
        return true;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="problem">Why it cannot be read; null when it was, and when there is none.</param>
    /// <returns>Null when it was not read.</returns>
    public static IReadOnlyDictionary<string, string>? TryRead(string path, out string? problem)
    {
        try
        {
            if (FileEntry.At(path) is { IsFile: false, Kind: var kind })
            {
                problem = kind == FileEntryKind.None ? null : "it is no regular file, and is neither opened nor followed";
                return null;
            }

            using var file = File.OpenRead(path);
            var content = new byte[Math.Min(file.Length, MaxBytes + 1)];
            var length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return TryRead(content.AsSpan(0, length), path, out var fields, out problem) ? fields : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = exception.Message;
        }

        return null;
    }

    /// <summary>The pairs of a table, with what is no string as its TOML.</summary>
    internal static KeyValuePair<string, string>[] FieldsOf(TomlTable table) =>
        [.. table.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Content as string ?? TomlWriter.Inline(pair.Value)))];
}
