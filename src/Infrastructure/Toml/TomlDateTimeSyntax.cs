namespace PyWharf.Infrastructure.Toml;

/// <summary>Dates and times in the form of RFC 3339, of which TOML allows the seconds to be left out.</summary>
internal static class TomlDateTimeSyntax
{
    private const string Malformed = "not a date or time as TOML writes it; a string needs quotes";

    /// <inheritdoc cref="TomlScalarSyntax.Read"/>
    public static string? Read(ReadOnlySpan<byte> text, out TomlValue value)
    {
        value = default;
        var rest = text;
        if (rest[2] == ':')
        {
            var isTime = TryTakeTime(ref rest, out var time) && rest.IsEmpty;
            value = time;
            return isTime ? null : Malformed;
        }

        if (!TryTakeDate(ref rest, out var date))
        {
            return Malformed;
        }

        if (rest.IsEmpty)
        {
            value = date;
            return null;
        }

        var isDelimited = TryTake(ref rest, 'T') || TryTake(ref rest, 't') || TryTake(ref rest, ' ');
        if (!isDelimited || !TryTakeTime(ref rest, out var timeOfDay))
        {
            return Malformed;
        }

        var local = date.ToDateTime(timeOfDay);
        if (rest.IsEmpty)
        {
            value = local;
            return null;
        }

        return TryTakeOffset(ref rest, out var offset) && rest.IsEmpty ? Combine(local, offset, out value) : Malformed;
    }

    private static string? Combine(DateTime local, TimeSpan offset, out TomlValue value)
    {
        value = default;
        var isKnown = offset.Duration() <= TimeSpan.FromHours(14)
            && local.Ticks - offset.Ticks >= DateTime.MinValue.Ticks && local.Ticks - offset.Ticks <= DateTime.MaxValue.Ticks;
        if (!isKnown)
        {
            return "this date-time is outside the years 1 to 9999, or its offset is more than 14 hours";
        }

        value = new DateTimeOffset(local, offset);
        return null;
    }

    private static bool TryTakeDate(ref ReadOnlySpan<byte> text, out DateOnly date)
    {
        date = default;
        var isDate = TryTakeNumber(ref text, 4, 1, 9999, out var year) & TryTake(ref text, '-')
            & TryTakeNumber(ref text, 2, 1, 12, out var month) & TryTake(ref text, '-')
            & TryTakeNumber(ref text, 2, 1, 31, out var day);
        if (!isDate || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        date = new DateOnly(year, month, day);
        return true;
    }

    private static bool TryTakeTime(ref ReadOnlySpan<byte> text, out TimeOnly time)
    {
        time = default;
        if (!TryTakeHourAndMinute(ref text, out var start))
        {
            return false;
        }

        var second = 0;
        var fraction = 0L;
        if (TryTake(ref text, ':'))
        {
            var isSecond = TryTakeNumber(ref text, 2, 0, 59, out second);
            if (!isSecond || (TryTake(ref text, '.') && !TryTakeFraction(ref text, out fraction)))
            {
                return false;
            }
        }

        time = new TimeOnly(start.Ticks + (second * TimeSpan.TicksPerSecond) + fraction);
        return true;
    }

    private static bool TryTakeOffset(ref ReadOnlySpan<byte> text, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (TryTake(ref text, 'Z') || TryTake(ref text, 'z'))
        {
            return true;
        }

        var isWest = TryTake(ref text, '-');
        if ((!isWest && !TryTake(ref text, '+')) || !TryTakeHourAndMinute(ref text, out var distance))
        {
            return false;
        }

        offset = isWest ? -distance : distance;
        return true;
    }

    private static bool TryTakeHourAndMinute(ref ReadOnlySpan<byte> text, out TimeSpan time)
    {
        var taken = TryTakeNumber(ref text, 2, 0, 23, out var hour) & TryTake(ref text, ':') & TryTakeNumber(ref text, 2, 0, 59, out var minute);
        time = new TimeSpan(hour, minute, 0);
        return taken;
    }

    /// <summary>Takes any number of decimals, and gives the first seven as ticks.</summary>
    private static bool TryTakeFraction(ref ReadOnlySpan<byte> text, out long ticks)
    {
        var length = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        length = length < 0 ? text.Length : length;

        ticks = 0;
        var weight = TimeSpan.TicksPerSecond;
        foreach (var digit in text[..Math.Min(length, 7)])
        {
            weight /= 10;
            ticks += weight * (digit - '0');
        }

        text = text[length..];
        return length > 0;
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<byte> text, int length, int least, int most, out int number)
    {
        number = 0;
        if (text.Length < length || text[..length].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        foreach (var digit in text[..length])
        {
            number = (number * 10) + (digit - '0');
        }

        text = text[length..];
        return number >= least && number <= most;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> text, char expected)
    {
        if (text.IsEmpty || text[0] != expected)
        {
            return false;
        }

        text = text[1..];
        return true;
    }
}
