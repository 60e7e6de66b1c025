using System.Text;

namespace PyWharf.Integration.Support.GitHub;

/// <summary>The media types of GitHub's own, and how it writes content in JSON.</summary>
internal static class MediaTypes
{
    public const string Raw = "application/vnd.github.raw+json; charset=utf-8";

    public static bool IsRaw(string accept) =>
        accept.Contains("vnd.github.raw", StringComparison.Ordinal) || accept.Contains("vnd.github.v3.raw", StringComparison.Ordinal);

    /// <summary>Base64 in lines of 60 characters.</summary>
    public static string Base64(byte[] content) =>
        Convert.ToBase64String(content).Chunk(60).Aggregate(new StringBuilder(), (text, line) => text.Append(line).Append('\n')).ToString();
}
