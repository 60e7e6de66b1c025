namespace PyWharf.Infrastructure.Backends.GitHub.Releases;

/// <summary>
/// The text of a release while it is a draft. It tells our drafts apart, also those whose creation was not answered, and since when each is
/// there: GitHub's own date of a release is that of a commit.
/// </summary>
internal static class DraftNote
{
    private const string Prefix = "upload ";

    /// <summary>A text that no other draft has.</summary>
    public static string Create(DateTimeOffset now) => Prefix + Guid.CreateVersion7(now);

    /// <summary>When the note was made; null for any other text.</summary>
    public static DateTimeOffset? TimeOf(string? text)
    {
        if (text?.StartsWith(Prefix, StringComparison.Ordinal) != true
            || !Guid.TryParseExact(text.AsSpan(Prefix.Length).TrimEnd(), "D", out var id)
            || id.Version != 7)
        {
            return null;
        }

        // RFC 9562, 5.7: it begins with 48 bits of milliseconds since 1970.
        var milliseconds = Convert.ToInt64(id.ToString("N")[..12], 16);

        return milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
    }

    /// <summary>Whether a draft's text is this note: GitHub may trim what it keeps.</summary>
    public static bool Is(string note, string? text) => text is not null && text.AsSpan().Trim().SequenceEqual(note);

    /// <summary>Whether this is what a draft says that a person did not write: a note of ours, or the nothing of the original program.</summary>
    public static bool IsOfAnUpload(string? text) => string.IsNullOrWhiteSpace(text) || TimeOf(text) is not null;
}
