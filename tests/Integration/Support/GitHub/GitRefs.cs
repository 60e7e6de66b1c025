namespace PyWharf.Integration.Support.GitHub;

/// <summary>Names of refs (https://git-scm.com/docs/git-check-ref-format).</summary>
internal static class GitRefs
{
    public static bool IsWellFormed(string name) =>
        name.Length > 0
        && name != "@"
        && !name.Any(character => character is <= ' ' or '\x7f' or '~' or '^' or ':' or '?' or '*' or '[' or '\\')
        && !name.Contains("..", StringComparison.Ordinal)
        && !name.Contains("@{", StringComparison.Ordinal)
        && !name.EndsWith('.')
        && name.Split('/').All(part => part.Length > 0 && part[0] != '.' && !part.EndsWith(".lock", StringComparison.Ordinal));
}
