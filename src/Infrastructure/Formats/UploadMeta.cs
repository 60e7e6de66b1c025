using System.Globalization;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Formats;

/// <summary>
/// What is kept beside a file: the form of its upload, the project («distrib») and the digest, as the original program keeps them, and the
/// time of the upload, which that one ignores.
/// </summary>
internal static class UploadMeta
{
    private const string UploadTimeKey = "upload_time";
    private const string UploadTimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    private static readonly string[] Ours = ["content", "distrib", "sha256", UploadTimeKey];

    /// <summary>The fields for a new file, for <see cref="MetaFile.Write"/>. What the form says of our own keys does not count.</summary>
    public static KeyValuePair<string, string>[] Of(NewFile file, Sha256Digest sha256, DateTimeOffset uploadedAt) =>
    [
        .. file.Form.Where(field => !Ours.Contains(field.Key) && field.Key.All(IsPlain)),
        new("distrib", file.Filename.Project.ToString()),
        new("sha256", sha256.ToString()),
        new(UploadTimeKey, uploadedAt.UtcDateTime.ToString(UploadTimeFormat, CultureInfo.InvariantCulture)),
    ];

    // The original's TOML reader fails over some keys with quotes, blanks or control characters; no field of the upload API has any.
    private static bool IsPlain(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or ':';

    /// <summary>The time that the document holds; null where the original program wrote it.</summary>
    public static DateTimeOffset? UploadTimeOf(IReadOnlyDictionary<string, string> meta) =>
        meta.TryGetValue(UploadTimeKey, out var text)
        && DateTimeOffset.TryParseExact(
            text, UploadTimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? UnixTime.Truncate(time)
            : null;
}
