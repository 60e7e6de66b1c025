using System.Globalization;

namespace PyWharf.Api.Pages.Parts;

/// <summary>Sizes for people.</summary>
internal static class ByteSize
{
    private static readonly string[] Units = ["bytes", "kB", "MB", "GB", "TB"];

    /// <summary>«412 bytes», «1.4 MB»: powers of 1000, as on PyPI.</summary>
    public static string Text(long bytes)
    {
        var (size, unit) = ((double)bytes, 0);
        while (size >= 999.5 && unit < Units.Length - 1)
        {
            (size, unit) = (size / 1000, unit + 1);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 || size >= 99.5 ? $"{size:F0}" : $"{size:0.#}")} {Units[unit]}");
    }
}
