namespace PyWharf.Application.Search;

/// <summary>How well a project matches the words of a search.</summary>
internal enum MatchRank : byte
{
    /// <summary>No match: some word does not occur.</summary>
    None,

    /// <summary>The words equal the name.</summary>
    ExactName,

    /// <summary>The name starts with the words.</summary>
    NamePrefix,

    /// <summary>All words occur in the name.</summary>
    Name,

    /// <summary>Some words occur in the summary only.</summary>
    Summary,
}
