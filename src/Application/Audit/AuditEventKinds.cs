using System.Collections.Frozen;
using System.Text.Json;

namespace PyWharf.Application.Audit;

/// <summary>The names of event kinds in the audit log.</summary>
public static class AuditEventKinds
{
    private static readonly FrozenDictionary<AuditEventKind, string> Names =
        Enum.GetValues<AuditEventKind>().ToFrozenDictionary(kind => kind, kind => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()));

    private static readonly FrozenDictionary<string, AuditEventKind> Kinds = Names.ToFrozenDictionary(name => name.Value, name => name.Key);

    /// <summary>All names, for messages.</summary>
    public static string All { get; } = string.Join(", ", Enum.GetValues<AuditEventKind>().Select(NameOf));

    /// <summary><c>login_failed</c> for <see cref="AuditEventKind.LoginFailed"/>.</summary>
    public static string NameOf(AuditEventKind kind) => Names[kind];

    /// <summary>The kind of that name.</summary>
    public static bool TryParse(string? name, out AuditEventKind kind)
    {
        kind = default;

        return name is not null && Kinds.TryGetValue(name, out kind);
    }
}
