namespace PyWharf.Infrastructure.Doctor;

/// <summary>Accept headers of clients.</summary>
internal static class Accept
{
    public const string JsonType = "application/vnd.pypi.simple.v1+json";

    /// <summary>pip since 22.2, and uv.</summary>
    public static readonly (string Name, string Value) Json = ("Accept", $"{JsonType}, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01");

    /// <summary>pip before 22.2, and poetry 1.</summary>
    public static readonly (string Name, string Value) Html = ("Accept", "text/html");
}
