namespace PyWharf.Application.Ports;

/// <summary>The access that a secret grants; each level includes the one before.</summary>
public enum AccessLevel
{
    /// <summary>No access.</summary>
    None,

    /// <summary>Reading pages and files.</summary>
    Read,

    /// <summary>Also publishing and yanking.</summary>
    Write,

    /// <summary>Also deleting, setting a status, managing tokens and reading the audit log.</summary>
    Admin,
}
