using System.Globalization;
using System.Text.RegularExpressions;
using PyWharf.Domain;

namespace PyWharf.Application.Tokens;

/// <summary>Reads when a token is to end: a <see cref="Moment"/>, or a number of days.</summary>
public static partial class TokenExpiry
{
    /// <summary>How it is written, for the end of a sentence.</summary>
    public const string Expected = "a date (2027-06-30), a date-time (2027-06-30T12:00:00Z) or a number of days (90d)";

    /// <summary>Reads it. A date is the end of that day in UTC, and a date-time without a zone is in UTC.</summary>
    /// <param name="text">Such as <c>90d</c>.</param>
    /// <param name="now">When the days begin.</param>
    /// <param name="end">When the token ends.</param>
    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset end)
    {
        if (Days().Match(text) is { Success: true } days)
        {
            end = now.AddDays(int.Parse(days.Groups[1].ValueSpan, CultureInfo.InvariantCulture));

            return true;
        }

        return Moment.TryParse(text, out end);
    }

    [GeneratedRegex("^([1-9][0-9]{0,4})d$", RegexOptions.CultureInvariant)]
    private static partial Regex Days();
}
