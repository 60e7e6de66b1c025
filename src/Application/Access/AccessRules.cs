namespace PyWharf.Application.Access;

/// <summary>What a repository's configuration says about access, besides its secrets.</summary>
public sealed record AccessRules
{
    /// <summary>The defaults.</summary>
    public static AccessRules Default { get; } = new();

    /// <summary>Whether reading needs no credential (<c>anonymous_read</c>).</summary>
    public bool AllowsAnonymousRead { get; init; }

    /// <summary>
    /// Whether the write secret of the repository, or a push permission on GitHub, is not enough for what an admin may do: deletion, status, tokens, audit
    /// (<c>[NAME.policy] deletion = "admin"</c>).
    /// </summary>
    public bool RequiresAdmin { get; init; }

    /// <summary>The tokens of the configuration.</summary>
    public IReadOnlyList<AccessToken> Tokens { get; init; } = [];
}
