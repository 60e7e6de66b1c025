using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace PyWharf.Domain;

/// <summary>
/// The Python versions that a distribution supports: a PEP 440 specifier set such as <c>&gt;=3.8,&lt;4</c>, kept as written.
/// </summary>
public sealed record RequiresPython
{
    /// <summary>Maximum number of characters; real packages have about a hundred at most.</summary>
    public const int MaxLength = 1000;

    private static readonly SearchValues<char> EndOfArbitraryVersion = SearchValues.Create(" \t\n\v\f\r;)");

    private readonly string _text;

    private RequiresPython(string text) => _text = text;

    /// <summary>
    /// Reads a specifier set. False for an empty text, <c>UNKNOWN</c> (which old tools write for "none"), and a text longer than
    /// <see cref="MaxLength"/>, since project pages repeat it for each file.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out RequiresPython? requiresPython)
    {
        var trimmed = text?.Trim();
        requiresPython = trimmed is { Length: > 0 and <= MaxLength } && IsSpecifierSet(trimmed) ? new RequiresPython(trimmed) : null;
        return requiresPython is not null;
    }

    public override string ToString() => _text;

    private static bool IsSpecifierSet(ReadOnlySpan<char> text)
    {
        var specifiers = 0;
        foreach (var range in text.Split(','))
        {
            var specifier = text[range].Trim();
            // Installers skip an empty item, as after the comma of ">=3.8,".
            if (!specifier.IsEmpty)
            {
                if (!IsSpecifier(specifier))
                {
                    return false;
                }

                specifiers++;
            }
        }

        return specifiers > 0;
    }

    private static bool IsSpecifier(ReadOnlySpan<char> text) => text switch
    {
        ['=', '=', '=', .. var any] => any.Trim() is { IsEmpty: false } exact && !exact.ContainsAny(EndOfArbitraryVersion),
        ['=' or '!', '=', .. var version] => IsVersion(version) || IsPrefix(version),
        ['~', '=', .. var version] => IsVersionWithoutLocal(version, minimumSegments: 2),
        ['<' or '>', '=', .. var version] => IsVersionWithoutLocal(version),
        ['<' or '>', .. var version] => IsVersionWithoutLocal(version),
        _ => false,
    };

    private static bool IsVersion(ReadOnlySpan<char> text) => PackageVersion.TryParse(text.Trim(), out _);

    private static bool IsVersionWithoutLocal(ReadOnlySpan<char> text, int minimumSegments = 1) =>
        PackageVersion.TryParse(text.Trim(), out var version)
        && version.Local is null
        && version.BaseVersion.Split('.').Length >= minimumSegments;

    /// <summary>A prefix match, <c>3.*</c>: nothing but a release before the <c>.*</c>.</summary>
    private static bool IsPrefix(ReadOnlySpan<char> text) =>
        text.Trim() is [.. var release, '.', '*']
        && PackageVersion.TryParse(release, out var version)
        && version.BaseVersion == version.ToString();
}
