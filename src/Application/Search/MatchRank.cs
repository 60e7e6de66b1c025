namespace PyWharf.Application.Search;

/// <summary>How well a project matches the words of a search.</summary>
internal enum MatchRank : byte
{
    /// <summary>A word occurs nowhere in it.</summary>
    None,

    /// <summary>The words are its name.</summary>
    ExactName,

    /// <summary>Its name begins with them.</summary>
    NamePrefix,

    /// <summary>They all occur in its name.</summary>
    Name,

    /// <summary>Some occur in its summary only.</summary>
    Summary,
}
