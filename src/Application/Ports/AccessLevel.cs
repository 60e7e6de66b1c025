namespace PyWharf.Application.Ports;

/// <summary>What a secret opens; each level includes the one before.</summary>
public enum AccessLevel
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Pages and files.</summary>
    Read,

    /// <summary>Publishing too.</summary>
    Write,
}
