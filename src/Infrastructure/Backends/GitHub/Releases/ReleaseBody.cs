using System.Text;
using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.GitHub.Releases;

/// <summary>The text of a release: the metadata of the upload as TOML.</summary>
internal static class ReleaseBody
{
    /// <summary>GitHub's limit, in UTF-16 units, which are never fewer than the characters that GitHub counts.</summary>
    public const int MaxLength = 125_000;

    private const string DescriptionKey = "description";

    private const string WhereItEnds = "\n\n(The description ends here because GitHub keeps no more of it. The file itself has all of it.)\n";

    /// <summary>
    /// Writes the fields in their order. A description that does not fit is shortened, with a note. <see cref="FailureKind.Invalid"/> where the other fields
    /// do not fit.
    /// </summary>
    public static Outcome<string> Write(IReadOnlyList<KeyValuePair<string, string>> meta)
    {
        if (meta.Sum(field => (long)field.Value.Length) <= MaxLength && Toml(meta) is { Length: <= MaxLength } whole)
        {
            return whole;
        }

        var description = meta.FirstOrDefault(field => field.Key == DescriptionKey).Value ?? "";
        if (Shortened(meta, description, 0) is not { } shortened)
        {
            return new Failure(
                FailureKind.Invalid,
                $"The metadata of the upload is too long even without a description: GitHub keeps {MaxLength} characters beside a file. Shorten its fields.");
        }

        // A binary search for the longest beginning that fits.
        var (fits, tooLong) = (0, Math.Min(description.Length, MaxLength));
        while (tooLong - fits > 1)
        {
            var middle = (fits + tooLong) / 2;
            if (Shortened(meta, description, middle) is { } longer)
            {
                (fits, shortened) = (middle, longer);
            }
            else
            {
                tooLong = middle;
            }
        }

        return shortened;
    }

    private static string? Shortened(IReadOnlyList<KeyValuePair<string, string>> meta, string description, int length)
    {
        // Does not split a surrogate pair.
        var cut = length > 0 && char.IsHighSurrogate(description[length - 1]) ? length - 1 : length;
        var toml = Toml(meta.Select(field => field.Key == DescriptionKey ? new(field.Key, description[..cut] + WhereItEnds) : field));

        return toml.Length <= MaxLength ? toml : null;
    }

    private static string Toml(IEnumerable<KeyValuePair<string, string>> meta) => Encoding.UTF8.GetString(MetaFile.Write(meta));
}
