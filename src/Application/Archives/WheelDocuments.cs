using System.Globalization;
using System.Text;

namespace PyWharf.Application.Archives;

/// <summary>The small documents of a .dist-info folder that installers read: WHEEL and entry_points.txt.</summary>
internal static class WheelDocuments
{
    /// <summary>Installers refuse a wheel of another major version (binary distribution format, "Installing a wheel").</summary>
    /// <exception cref="InvalidDataException">WHEEL has none, or one that nobody reads.</exception>
    public static void CheckWheel(byte[] document, Irregularities irregularities)
    {
        const string Field = "Wheel-Version:";

        foreach (var line in Text(document, "WHEEL").EnumerateLines())
        {
            if (line.IsWhiteSpace())
            {
                break;
            }

            if (line.StartsWith(Field, StringComparison.OrdinalIgnoreCase))
            {
                var version = line[Field.Length..].Trim();
                switch (MajorVersion(version))
                {
                    case 0:
                        irregularities.Note($"The wheel is of Wheel-Version {version}, from before there was a standard; not every installer reads that.");
                        return;
                    case 1:
                        return;
                    default:
                        throw new InvalidDataException($"The wheel says that it is of Wheel-Version {EntryPath.Quote(version.ToString())}; installers read 1.x.");
                }
            }
        }

        throw new InvalidDataException("WHEEL lacks the field Wheel-Version.");
    }

    /// <summary>The first of some numbers with dots between them, as pip reads them; null where they are none.</summary>
    private static int? MajorVersion(ReadOnlySpan<char> version)
    {
        int? major = null;
        foreach (var part in version.Split('.'))
        {
            if (!int.TryParse(version[part], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            major ??= number;
        }

        return major;
    }

    /// <summary>Sections of <c>name = object reference</c>, as Python's <c>configparser</c> reads them (entry points specification).</summary>
    /// <exception cref="InvalidDataException">It could not.</exception>
    public static void CheckEntryPoints(byte[] document)
    {
        var isInSection = false;
        var indentation = -1; // of the last name, which deeper lines continue
        var number = 0;
        foreach (var line in Text(document, "entry_points.txt").EnumerateLines())
        {
            number++;
            var content = line.Trim();
            if (content.IsEmpty || content[0] is '#' or ';')
            {
                continue;
            }

            var depth = line.Length - line.TrimStart().Length;
            if (indentation >= 0 && depth > indentation)
            {
                continue;
            }

            if (content is ['[', _, .., ']'])
            {
                isInSection = true;
                indentation = -1;
            }
            else if (isInSection && content.IndexOfAny('=', ':') > 0)
            {
                indentation = depth;
            }
            else
            {
                throw new InvalidDataException($"entry_points.txt is malformed in line {number}.");
            }
        }
    }

    private static ReadOnlySpan<char> Text(byte[] document, string name)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(document);
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException($"{name} is not UTF-8.");
        }
    }
}
