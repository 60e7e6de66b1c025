using System.Reflection;

namespace PyWharf.Api;

/// <summary>The version of this build, and the commit that it was built from.</summary>
internal static class ProgramVersion
{
    private static readonly string[] Parts = (typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
        ?? throw new InvalidOperationException("The assembly has no version.")).InformationalVersion.Split('+', 2);

    /// <summary>The version, as in <c>Directory.Build.props</c>.</summary>
    public static string Number => Parts[0];

    /// <summary>The commit; null where it was built outside of a git repository, without <c>-p:SourceRevisionId</c>.</summary>
    public static string? Commit => Parts is [_, var commit] ? commit : null;
}
