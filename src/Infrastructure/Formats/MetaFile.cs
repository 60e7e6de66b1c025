using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using PyWharf.Infrastructure.Storage;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Formats;

/// <summary>
/// Reads and writes the fields of an upload form as TOML: the <c>.meta</c> file next to a file in the file_system storage, and the body of a release
/// in the github storage.
/// </summary>
internal static class MetaFile
{
    /// <summary>The largest document that is read. Most of a form is the project's description.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Writes the fields in their order, as UTF-8.</summary>
    /// <exception cref="ArgumentException">Two fields have the same name.</exception>
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
    /// <param name="sourceName">The name of the document in error messages.</param>
    /// <param name="fields">The fields; a value that is not a string is given as TOML.</param>
    /// <param name="problem">The error, such as <c>name:line:column: …</c>.</param>
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
    /// <param name="path">Its path.</param>
    /// <param name="problem">Why it could not be read; null if it was read, and if it does not exist.</param>
    /// <returns>Null if it was not read.</returns>
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

    /// <summary>The pairs of a table; a value that is not a string is given as TOML.</summary>
    internal static KeyValuePair<string, string>[] FieldsOf(TomlTable table) =>
        [.. table.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Content as string ?? TomlWriter.Inline(pair.Value)))];
}
