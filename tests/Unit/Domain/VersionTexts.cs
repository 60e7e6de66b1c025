using FsCheck;
using FsCheck.Fluent;
using PyWharf.Domain;

namespace PyWharf.Unit.Domain;

/// <summary>Random versions, in all spellings, few enough that equal ones meet.</summary>
internal static class VersionTexts
{
    private static readonly Gen<string> Text =
        from epoch in Elements("", "", "", "0!", "1!", "00000000000000000000002!")
        from release in Elements("0", "1", "1.0", "1.0.0", "01", "1.2", "1.10", "1.0.1", "0.0", "99999999999999999999", "100000000000000000000")
        from pre in Elements("", "", "a", "A1", ".beta2", "_c-3", "rc3", "preview", "-PRE.03", "a.", "b12")
        from post in Elements("", "", "-1", ".post", "r2", "-REV-2", "post01", "_post_2", "post-")
        from dev in Elements("", "", "dev", ".DEV1", "-dev01", "_dev_10", "dev.")
        from local in Elements("", "", "+abc", "+ABC.1", "+1", "+01", "+abc-1", "+1.abc", "+10")
        select epoch + release + pre + post + dev + local;

    public static readonly Arbitrary<string> Valid = Text.ToArbitrary();

    /// <summary>Versions with a character taken out, put in or exchanged: many of them are none.</summary>
    public static readonly Arbitrary<string> Nearly = (
        from text in Text
        from at in Gen.Choose(0, text.Length - 1)
        from c in Gen.Elements("019abcdeoprstvw.-_+!* \nZ".ToCharArray())
        from change in Gen.Choose(0, 2)
        select change switch
        {
            0 => text.Remove(at, 1),
            1 => text.Insert(at, c.ToString()),
            _ => text.Remove(at, 1).Insert(at, c.ToString()),
        }).ToArbitrary();

    public static readonly Arbitrary<PackageVersion> Parsed = Text.Select(Parse).ToArbitrary();

    public static PackageVersion Parse(string text) =>
        PackageVersion.TryParse(text, out var version) ? version : throw new FormatException($"'{text}' is no version.");

    private static Gen<string> Elements(params string[] texts) => Gen.Elements(texts);
}
