namespace PyWharf.Domain;

/// <summary>The status of a project (PEP 792).</summary>
public enum StatusMarker
{
    /// <summary>As usual.</summary>
    Active,

    /// <summary>Served, but takes no uploads any more.</summary>
    Archived,

    /// <summary>Not to be installed: offers no files and takes none.</summary>
    Quarantined,

    /// <summary>As active; its users should look for another one.</summary>
    Deprecated,
}
