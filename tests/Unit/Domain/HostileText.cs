using FsCheck;
using FsCheck.Fluent;

namespace PyWharf.Unit.Domain;

/// <summary>Texts that break parsers: a TryParse must return for all of them, and never throw.</summary>
internal static class HostileText
{
    public static readonly string?[] Known =
    [
        null, "", " ", "\0", "\n", ".", "..", "/", "\\", "-", "_", "+", "!", "*", ",", "\uFEFF", "\uD800", "\uDC00x", "é", "K", "١",
        "1.0\0", "1!", "1.0+", "a/../b", "..%2f", "{0}", "%s", "<script>", "'; --", new string('a', 300), new string('1', 100_000),
        new string('-', 100_000), new string('.', 100_000), "1" + string.Concat(Enumerable.Repeat(".0", 50_000)), "1.0+" + string.Concat(Enumerable.Repeat("a.", 50_000)),
        new string('\uD83D', 300), string.Concat(Enumerable.Repeat("-1", 50_000)), new string(',', 100_000),
    ];

    /// <summary>Random texts: any characters, and characters that mean something to the parsers.</summary>
    public static readonly Arbitrary<string> Any = Gen.OneOf(
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""),
        Gen.Elements("0123456789abcrev.-_+!*=<>~,; \t\n\r\0:|KſéN\\/".ToCharArray()).ArrayOf().Select(text => new string(text)))
        .ToArbitrary();

    public static void NeverThrows(Func<string?, bool> tryParse)
    {
        foreach (var text in Known)
        {
            _ = tryParse(text);
        }

        Prop.ForAll(Any, text => { _ = tryParse(text); }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }
}
