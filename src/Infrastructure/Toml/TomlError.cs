namespace PyWharf.Infrastructure.Toml;

/// <summary>The first error in a document. The message never quotes a value, which may be a secret; it may quote a key.</summary>
internal sealed record TomlError(string Message, TomlPosition Position)
{
    /// <summary><c>line:column: message</c>.</summary>
    public override string ToString() => $"{Position}: {Message}";
}
