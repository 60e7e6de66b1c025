using System.Globalization;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Formats;

/// <summary>
/// The fields that are stored with a file: those of its upload form, the project (<c>distrib</c>) and the digest, as the original program stores them,
/// and when and by whom it was uploaded, which the original ignores.
/// </summary>
internal static class UploadMeta
{
    private const string UploadTimeKey = "upload_time";
    private const string UploadTimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    private const string UploadedByKey = "uploaded_by";

    // Names of tokens and logins on GitHub are shorter; a document that somebody else wrote may hold anything.
    private const int LongestUploader = 128;

    private static readonly string[] Ours = ["content", "distrib", "sha256", UploadTimeKey, UploadedByKey];

    /// <summary>The fields of a new file, for <see cref="MetaFile.Write"/>. Form fields with the names of our own keys are dropped.</summary>
    public static KeyValuePair<string, string>[] Of(NewFile file, Sha256Digest sha256, DateTimeOffset uploadedAt) =>
    [
        .. file.Form.Where(field => !Ours.Contains(field.Key) && field.Key.All(IsPlain)),
        new("distrib", file.Filename.Project.ToString()),
        new("sha256", sha256.ToString()),
        new(UploadTimeKey, uploadedAt.UtcDateTime.ToString(UploadTimeFormat, CultureInfo.InvariantCulture)),
        new(UploadedByKey, file.UploadedBy),
    ];

    // The original's TOML reader fails on some keys with quotes, spaces or control characters. No field of the upload API has any.
    private static bool IsPlain(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or ':';

    /// <summary>The upload time in a document; null if the original program wrote it.</summary>
    public static DateTimeOffset? UploadTimeOf(IReadOnlyDictionary<string, string> meta) =>
        meta.TryGetValue(UploadTimeKey, out var text)
        && DateTimeOffset.TryParseExact(
            text, UploadTimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? UnixTime.Truncate(time)
            : null;

    /// <summary>Who uploaded the file, as a document says; null if it does not, or not in one line of reasonable length.</summary>
    public static string? UploadedByOf(IReadOnlyDictionary<string, string> meta) =>
        meta.TryGetValue(UploadedByKey, out var name) && name.Length is > 0 and <= LongestUploader && !name.Any(char.IsControl) ? name : null;
}
