using System.Globalization;
using System.Text;

namespace PyWharf.Application.Archives;

/// <summary>Checks WHEEL and entry_points.txt in the .dist-info folder.</summary>
internal static class WheelDocuments
{
    /// <summary>Checks Wheel-Version: installers refuse other major versions than 1 (binary distribution format, "Installing a wheel").</summary>
    /// <exception cref="InvalidDataException">It is missing or not supported.</exception>
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

    /// <summary>The first of dot-separated numbers, as pip parses them; null if they are not numbers.</summary>
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

    /// <summary>Checks that Python's <c>configparser</c> can read it: sections of <c>name = object reference</c> (entry points specification).</summary>
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public static void CheckEntryPoints(byte[] document)
    {
        var isInSection = false;
        var indentation = -1; // of the last key; lines with a deeper indentation continue its value
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
