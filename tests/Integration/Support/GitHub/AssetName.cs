using System.Text;

namespace PyWharf.Integration.Support.GitHub;

/// <summary>What GitHub makes of the name of an asset.</summary>
internal static class AssetName
{
    // Normalisation to base letters isn't there in an invariant culture.
    private const string Accented = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöùúûüýÿ";
    private const string Bare = "AAAAAACEEEEIIIINOOOOOUUUUYaaaaaaceeeeiiiinooooouuuuyy";

    /// <summary>Accents go, each run of other characters becomes one dot, dots at the ends go; what began with one begins with <c>default.</c> then.</summary>
    public static string Sanitize(string name)
    {
        var text = new StringBuilder();
        var replacing = false;
        foreach (var character in name.Select(WithoutAccent))
        {
            var kept = char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '@' or '+';
            if (kept || !replacing)
            {
                text.Append(kept ? character : '.');
            }

            replacing = !kept;
        }

        var mangled = text.ToString();
        var trimmed = mangled.Trim('.');

        return trimmed.Length == 0 ? "default" : mangled[0] == '.' ? $"default.{trimmed}" : trimmed;
    }

    private static char WithoutAccent(char character) => Accented.IndexOf(character) is var at and >= 0 ? Bare[at] : character;
}
