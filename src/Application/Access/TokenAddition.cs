namespace PyWharf.Application.Access;

/// <summary>What became of a token that was to be added.</summary>
public enum TokenAddition
{
    /// <summary>It was added.</summary>
    Added,

    /// <summary>The repository has a token of that name; nothing has changed.</summary>
    NameTaken,

    /// <summary>The repository has as many tokens as it may have; nothing has changed.</summary>
    TooMany,
}
