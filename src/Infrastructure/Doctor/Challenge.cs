namespace PyWharf.Infrastructure.Doctor;

/// <summary>The header of a 401 that asks for credentials.</summary>
internal static class Challenge
{
    /// <summary>Whether it is Basic: pip and twine have no other scheme.</summary>
    public static bool IsBasic(Reply reply) => reply["WWW-Authenticate"]?.StartsWith("Basic", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Whether pywharf sent it, not the proxy.</summary>
    public static bool IsOfPyWharf(Reply reply) => IsBasic(reply) && reply["WWW-Authenticate"]!.Contains("realm=\"pywharf\"", StringComparison.Ordinal);
}
