using FsCheck;
using FsCheck.Fluent;

namespace PyWharf.Unit.Infrastructure.Toml;

/// <summary>Strings of pieces that trip readers and writers of TOML.</summary>
internal static class Hostile
{
    private static readonly string[] Pieces =
    [
        "\\", "\"", "'", "\"\"", "\"\"\"", "'''", "\\u", "\\U", "\\x", "\\u0041", "u", "\u0000", "\u0001", "\u001b", "\u007f", "\u0085", "\u00a0",
        "\n", "\r", "\r\n", "\t", "\b", "\f", "#", "=", "[", "[[", "]]", "]", "{", "}", ",", ".", " ", "a", "0", "é", "😀", "\u2028", "\ufeff", "\ufffd",
    ];

    public static Gen<string> Strings { get; } = Gen.Elements(Pieces).ArrayOf().Select(string.Concat);
}
