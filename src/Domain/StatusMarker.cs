namespace PyWharf.Domain;

/// <summary>The status of a project (PEP 792).</summary>
public enum StatusMarker
{
    /// <summary>The normal status.</summary>
    Active,

    /// <summary>Served, but accepts no uploads.</summary>
    Archived,

    /// <summary>Must not be installed: offers no files and accepts no uploads.</summary>
    Quarantined,

    /// <summary>Like active; users should look for an alternative.</summary>
    Deprecated,
}
