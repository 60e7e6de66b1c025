using System.Globalization;

namespace PyWharf.Domain;

/// <summary>Reads a moment as people write it: a date, which is its end in UTC, or a date-time.</summary>
public static class Moment
{
    /// <summary>How it is written, for the end of a sentence.</summary>
    public const string Expected = "a date (2027-06-30) or a date-time (2027-06-30T12:00:00Z)";

    private static readonly string[] DateTimes = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK"];

    /// <summary>Reads it. A date-time without a zone is in UTC.</summary>
    public static bool TryParse(string text, out DateTimeOffset moment)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            moment = EndOf(day);

            return true;
        }

        return DateTimeOffset.TryParseExact(
            text, DateTimes, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment);
    }

    /// <summary>The last moment of a day in UTC, which reads as that day.</summary>
    public static DateTimeOffset EndOf(DateOnly day) => new(day, new TimeOnly(TimeSpan.TicksPerDay - TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
