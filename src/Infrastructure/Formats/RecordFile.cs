using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PyWharf.Domain;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Formats;

/// <summary>Reads and writes a project's record (.project.toml), which people may read and, while no server runs, edit.</summary>
/// <remarks>A written document has a fixed first and last line, so that a truncated one is recognised: it would usually be valid TOML.</remarks>
internal static class RecordFile
{
    /// <summary>Its name in the folder of a project.</summary>
    public const string Filename = ".project.toml";

    /// <summary>The largest document that is read; enough for tens of thousands of deletions.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private static ReadOnlySpan<byte> Head => "# Kept by pywharf. The last line says that nothing is missing.\n"u8;

    private static ReadOnlySpan<byte> Tail => "# end\n"u8;

    /// <summary>Writes a record as UTF-8.</summary>
    /// <exception cref="ArgumentException">The record is one that could not be read.</exception>
    public static byte[] Write(ProjectRecord record)
    {
        if (!record.IsReadable)
        {
            throw new ArgumentException("What can't be read can't be written.", nameof(record));
        }

        var document = new TomlTable();
        if (record.Status != StatusMarker.Active)
        {
            document.Add("status", record.Status.Text());
        }

        if (record.StatusReason is { } reason)
        {
            document.Add("reason", reason);
        }

        AddTable(document, "yanked_versions", record.YankedVersions, version => version.ToString(), why => why);
        AddTable(document, "yanked_files", record.YankedFiles, filename => filename, why => why);
        AddTable(document, "deleted", record.Deleted, filename => filename, deletion => new TomlTable
        {
            { "at", deletion.At },
            { "sha256", deletion.Sha256.ToString() },
        });
        AddTable(document, "deleted_versions", record.DeletedVersions, version => version.ToString(), at => at);

        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(Head);
        new TomlWriter(buffer).Document(document);
        buffer.Write(Tail);

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a record; fails at the first error, since half a record could offer a deleted file.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="sourceName">The name of the document in error messages.</param>
    /// <param name="record">Its content.</param>
    /// <param name="problem">The error, such as <c>name:line:column: …</c>.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> utf8,
        string sourceName,
        [NotNullWhen(true)] out ProjectRecord? record,
        [NotNullWhen(false)] out string? problem)
    {
        record = null;
        if (IsCutOff(utf8))
        {
            problem = $"{sourceName}: its end is missing, a last line that says: # end";
            return false;
        }

        if (!TomlReader.TryRead(utf8, out var document, out var error))
        {
            problem = $"{sourceName}:{error}";
            return false;
        }

        try
        {
            record = document.Aggregate(ProjectRecord.Empty, (read, pair) => With(read, pair.Key, pair.Value));
            problem = null;
            return true;
        }
        catch (FormatException exception)
        {
            problem = $"{sourceName}:{exception.Message}";
            return false;
        }
    }

    private static bool IsCutOff(ReadOnlySpan<byte> utf8) =>
        !utf8.IsEmpty && (Head.StartsWith(utf8) || (utf8.StartsWith(Head) && !utf8.TrimEnd(" \t\r\n"u8).EndsWith(Tail[..^1])));

    private static void AddTable<TKey, TValue>(
        TomlTable document, string name, ImmutableSortedDictionary<TKey, TValue> values, Func<TKey, string> key, Func<TValue, TomlValue> value)
        where TKey : notnull
    {
        if (values.IsEmpty)
        {
            return;
        }

        var table = new TomlTable();
        foreach (var pair in values)
        {
            table.Add(key(pair.Key), value(pair.Value));
        }

        document.Add(name, table);
    }

    private static ProjectRecord With(ProjectRecord record, string key, TomlValue value) => key switch
    {
        "status" => record with { Status = StatusOf(value) },
        "reason" => record with { StatusReason = Reason(value) },
        "yanked_versions" => Pairs(value).Aggregate(
            record, (read, pair) => read with { YankedVersions = read.YankedVersions.SetItem(VersionOf(pair), Reason(pair.Value)) }),
        "yanked_files" => record with { YankedFiles = Pairs(value).ToImmutableSortedDictionary(pair => pair.Key, pair => Reason(pair.Value), StringComparer.Ordinal) },
        "deleted" => record with { Deleted = Pairs(value).ToImmutableSortedDictionary(pair => pair.Key, pair => DeletionOf(pair.Value), StringComparer.Ordinal) },
        "deleted_versions" => Pairs(value).Aggregate(
            record, (read, pair) => read with { DeletedVersions = read.DeletedVersions.SetItem(VersionOf(pair), TimeOf(pair.Value)) }),
        _ => throw Wrong(value.KeyPosition, $"unknown key {TomlText.Quote(key)}"),
    };

    private static StatusMarker StatusOf(TomlValue value) =>
        StatusMarkers.TryParse(Text(value), out var marker) ? marker : throw Wrong(value.Position, $"must be one of {StatusMarkers.All}");

    private static PackageVersion VersionOf(KeyValuePair<string, TomlValue> pair) =>
        PackageVersion.TryParse(pair.Key, out var version) ? version : throw Wrong(pair.Value.KeyPosition, "is no version");

    private static Deletion DeletionOf(TomlValue value)
    {
        var fields = Pairs(value).ToDictionary(pair => pair.Key, pair => pair.Value.Content);

        return fields.GetValueOrDefault("at") is DateTimeOffset at && Sha256Digest.TryParse(fields.GetValueOrDefault("sha256") as string, out var sha256)
            ? new Deletion(at, sha256)
            : throw Wrong(value.Position, "must have a time \"at\" and a \"sha256\"");
    }

    private static DateTimeOffset TimeOf(TomlValue value) => value.Content as DateTimeOffset? ?? throw Wrong(value.Position, "must be a time");

    private static TomlTable Pairs(TomlValue value) => value.Content as TomlTable ?? throw Wrong(value.Position, "must be a table");

    // A person can write any length, and the page of the project repeats the reason for each file.
    private static string Reason(TomlValue value) =>
        Text(value) is { Length: > ProjectRecord.MaxReasonLength } reason ? reason[..ProjectRecord.MaxReasonLength] : Text(value);

    private static string Text(TomlValue value) => value.Content as string ?? throw Wrong(value.Position, "must be a string");

    private static FormatException Wrong(TomlPosition position, string what) => new($"{position}: {what}");
}
