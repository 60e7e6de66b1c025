using System.Globalization;
using System.Text.RegularExpressions;

namespace PyWharf.Application.Tokens;

/// <summary>Reads when a token is to end: a date, a date-time, or a number of days.</summary>
public static partial class TokenExpiry
{
    /// <summary>How it is written, for the end of a sentence.</summary>
    public const string Expected = "a date (2027-06-30), a date-time (2027-06-30T12:00:00Z) or a number of days (90d)";

    private static readonly string[] DateTimes = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK"];

    /// <summary>Reads it. A date is the end of that day in UTC, and a date-time without a zone is in UTC.</summary>
    /// <param name="text">Such as <c>90d</c>.</param>
    /// <param name="now">When the days begin.</param>
    /// <param name="end">When the token ends.</param>
    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset end)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            end = EndOf(day);

            return true;
        }

        if (Days().Match(text) is { Success: true } days)
        {
            end = now.AddDays(int.Parse(days.Groups[1].ValueSpan, CultureInfo.InvariantCulture));

            return true;
        }

        return DateTimeOffset.TryParseExact(
            text, DateTimes, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out end);
    }

    /// <summary>The last moment of a day in UTC, which reads as that day.</summary>
    public static DateTimeOffset EndOf(DateOnly day) => new(day, new TimeOnly(TimeSpan.TicksPerDay - TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    [GeneratedRegex("^([1-9][0-9]{0,4})d$", RegexOptions.CultureInvariant)]
    private static partial Regex Days();
}
