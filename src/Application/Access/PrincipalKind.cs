namespace PyWharf.Application.Access;

/// <summary>What a client was recognised by.</summary>
public enum PrincipalKind
{
    /// <summary>Nothing: the repository lets everybody read.</summary>
    Anonymous,

    /// <summary>A secret that the repository's back end knows.</summary>
    Secret,

    /// <summary>A token of pywharf.</summary>
    Token,

    /// <summary>A command on the server's machine.</summary>
    Command,
}
