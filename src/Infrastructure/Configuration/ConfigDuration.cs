using System.Globalization;
using System.Text.RegularExpressions;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>A duration as config.toml writes it: a number of days, hours, minutes or seconds, such as <c>3d</c>; <c>0</c> is none.</summary>
internal static partial class ConfigDuration
{
    /// <summary>How it is written, for the end of a sentence.</summary>
    public const string Expected = "a duration such as \"3d\", \"12h\", \"30m\" or \"0\"";

    /// <summary>Ten years: more is a slip of the finger.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(3650);

    /// <summary>Reads a duration of <see cref="Longest"/> at most.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0")
        {
            return true;
        }

        if (Form().Match(text) is not { Success: true } match)
        {
            return false;
        }

        var number = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        duration = match.Groups[2].Value switch
        {
            "d" => TimeSpan.FromDays(number),
            "h" => TimeSpan.FromHours(number),
            "m" => TimeSpan.FromMinutes(number),
            _ => TimeSpan.FromSeconds(number),
        };

        return duration <= Longest;
    }

    /// <summary>Writes a duration in the largest unit that holds it.</summary>
    public static string Write(TimeSpan duration) => duration switch
    {
        _ when duration == TimeSpan.Zero => "0",
        _ when duration.Ticks % TimeSpan.TicksPerDay == 0 => $"{duration.Ticks / TimeSpan.TicksPerDay}d",
        _ when duration.Ticks % TimeSpan.TicksPerHour == 0 => $"{duration.Ticks / TimeSpan.TicksPerHour}h",
        _ when duration.Ticks % TimeSpan.TicksPerMinute == 0 => $"{duration.Ticks / TimeSpan.TicksPerMinute}m",
        _ => $"{duration.Ticks / TimeSpan.TicksPerSecond}s",
    };

    [GeneratedRegex("^([0-9]{1,6})([dhms])$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
