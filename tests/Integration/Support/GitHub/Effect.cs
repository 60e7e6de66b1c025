namespace PyWharf.Integration.Support.GitHub;

/// <summary>What a request did before its fault struck. The client can't tell.</summary>
internal enum Effect
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>All of it.</summary>
    Whole,

    /// <summary>An upload left an asset in state <c>starter</c>, without content.</summary>
    StarterAsset,

    /// <summary>An upload left an asset that no list and no answer shows, and that blocks the name.</summary>
    GhostAsset,
}
