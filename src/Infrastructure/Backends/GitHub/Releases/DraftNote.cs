namespace PyWharf.Infrastructure.Backends.GitHub.Releases;

/// <summary>
/// The text of a release while it is a draft. It identifies a draft whose creation got no response, and says when it was made: GitHub's date of a draft is
/// that of a commit.
/// </summary>
internal static class DraftNote
{
    private const string Prefix = "upload ";

    /// <summary>A unique text.</summary>
    public static string Create(DateTimeOffset now) => Prefix + Guid.CreateVersion7(now);

    /// <summary>When the note was made; null for other texts.</summary>
    public static DateTimeOffset? TimeOf(string? text)
    {
        if (text?.StartsWith(Prefix, StringComparison.Ordinal) != true
            || !Guid.TryParseExact(text.AsSpan(Prefix.Length).TrimEnd(), "D", out var id)
            || id.Version != 7)
        {
            return null;
        }

        // A UUIDv7 begins with 48 bits of milliseconds since 1970 (RFC 9562, 5.7).
        var milliseconds = Convert.ToInt64(id.ToString("N")[..12], 16);

        return milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
    }

    /// <summary>Whether a draft's text is this note; GitHub may trim it.</summary>
    public static bool Is(string note, string? text) => text is not null && text.AsSpan().Trim().SequenceEqual(note);

    /// <summary>Whether a draft's text was made by a program: a note, or the empty text of the original program.</summary>
    public static bool IsOfAnUpload(string? text) => string.IsNullOrWhiteSpace(text) || TimeOf(text) is not null;
}
